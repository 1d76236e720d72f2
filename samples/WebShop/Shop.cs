using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PgPubSub.Actors;
using PgPubSub.Samples.Shared.Programs;
using PgPubSub.Samples.Shared.Servers;
using WebShop.Billing;
using WebShop.Orders;
using WebShop.Shipping;
using WebShop.Telemetry;

namespace WebShop;

/// <summary>Puts the application together.</summary>
internal static class Shop
{
    public static async Task<int> RunAsync(Options options, CancellationToken stop)
    {
        if (options is { Role: not Role.All, Schema: null })
            throw new UsageException("--role needs --schema: the processes of a shop share one, on the server that PGPUBSUB_CONNECTION names.");
        var story = new Story();
        await using var server = await SampleServer.FindAsync(story.Say, stop);
        using var telemetry = TelemetryExport.Start("webshop-" + options.Role.ToString().ToLowerInvariant());
        await using var application = Build(options, server.ConnectionString, options.Schema ?? server.NewSchema("webshop"));
        await application.StartAsync(stop);
        story.Say($"listening on {application.Urls.Single()}");
        using var _ = stop.Register(application.Lifetime.StopApplication);
        await application.WaitForShutdownAsync(CancellationToken.None);
        return ExitCodes.Good;
    }

    private static WebApplication Build(Options options, string connectionString, string schema)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}");
        builder.Services.RemoveAll<IHostLifetime>().AddSingleton<IHostLifetime, NoLifetime>(); // the program takes signals itself
        builder.Services.AddControllers();
        builder.Services.AddHealthChecks().AddPgPubSub();
        builder.Services.AddPgPubSubPublisher();
        builder.Services.AddSingleton<Bank>().AddSingleton<OrderBook>();
        builder.Services.AddScoped<Invoices>().AddScoped<Parcels>();
        builder.Services.AddAkka("webshop", akka =>
        {
            akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(); // what appsettings.json says of logging holds for actors too
            });
            akka.WithPgPubSub(builder.Configuration.GetSection("PgPubSub"), pubsub =>
            {
                (pubsub.ConnectionString, pubsub.Schema) = (connectionString, schema);
                pubsub.EventTypes.Add<OrderPlaced>("order.placed");
            });
            if (options.Role is Role.Shop)
                return;
            akka.WithPgSubscription<OrderPlaced, BillingHandler>(OrderPlaced.Topic, "billing");
            akka.WithPgSubscription<OrderPlaced, ShippingHandler>(OrderPlaced.Topic, "shipping", handler => handler.Concurrency = 4);
        });
        var application = builder.Build();
        application.MapControllers();
        application.MapHealthChecks("/health");
        return application;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
