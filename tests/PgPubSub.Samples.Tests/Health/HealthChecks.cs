using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using PgPubSub.Actors;

namespace PgPubSub.Samples.Tests.Health;

/// <summary>The page's example; WebShop's tests prove that its checks answer.</summary>
internal static class HealthChecks
{
    public static void Add(WebApplicationBuilder builder, WebApplication app)
    {
        // snippet: health
        builder.Services.AddHealthChecks().AddPgPubSub();
        builder.Services.AddHealthChecks().AddPgPubSub("billing", health => health.UnhealthyLagAge = TimeSpan.FromMinutes(30));

        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        // end
    }
}
