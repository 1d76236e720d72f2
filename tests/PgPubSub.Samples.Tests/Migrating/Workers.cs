using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgPubSub.Actors;
using PgPubSub.Samples.Tests.Readme;

namespace PgPubSub.Samples.Tests.Migrating;

internal static class Workers
{
    public static HostApplicationBuilder Build(string connectionString, Invoices invoices)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        // snippet: queue-after
        builder.Services.AddPgPubSubPublisher();
        builder.Services.AddAkka("worker", akka => akka
            .WithPgPubSub(options => options.ConnectionString = connectionString)
            .WithPgSubscription<OrderPlaced>("jobs", "workers", (order, delivery, cancel) => invoices.WriteAsync(order, cancel), options => options.Concurrency = 4));
        // end
        return builder;
    }
}
