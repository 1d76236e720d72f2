using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Samples.Tests.Readme;

namespace PgPubSub.Samples.Tests.Hosting;

/// <summary>The page's examples of a host, of which each is built and started.</summary>
internal static class Forms
{
    public static void Configured(HostApplicationBuilder builder)
    {
        // snippet: configuration
        builder.Services.AddAkka("shop", (akka, services) => akka
            .WithPgPubSub(services.GetRequiredService<IConfiguration>().GetSection("PgPubSub"), options => options.EventTypes.Add<OrderCancelled>("order.cancelled")));
        // end
    }

    public static void OnADataSource(HostApplicationBuilder builder, string connectionString)
    {
        // snippet: data-source
        builder.Services.AddKeyedSingleton("shop", (_, _) => NpgsqlDataSource.Create(connectionString));
        builder.Services.AddAkka("shop", akka => akka.WithPgPubSub(options => options.DataSourceName = "shop"));
        // end
    }

    public static void Subscribed(HostApplicationBuilder builder)
    {
        builder.Services.AddAkka("shop", akka =>
        {
            akka.WithPgPubSub(options => options.UseInMemory());
            // snippet: subscriptions
            akka.WithPgSubscription<OrderPlaced>("orders", "audit", (order, delivery, cancel) => Console.Out.WriteLineAsync($"{order.Order} at {delivery.Offset}"))
                .WithPgSubscription<OrderPlaced, InvoiceHandler>("orders", "billing", options => options.Concurrency = 8)
                .WithPgSubscription("orders", "shipping", handlers => handlers.On<OrderPlaced, PackHandler>().On<OrderCancelled, PackHandler>())
                .WithPgSubscription("orders", "statistics", (system, registry, resolver) => resolver.Props<StatisticsActor>());
            // end
        });
    }

    public static void SeveralInstances(HostApplicationBuilder builder, string shop, string billing)
    {
        // snippet: instances
        builder.Services.AddPgPubSubPublisher();
        builder.Services.AddAkka("shop", akka => akka
            .WithPgPubSub(options => options.ConnectionString = shop)
            .WithPgPubSub(options => (options.ConnectionString, options.Schema) = (billing, "billing_events"), name: "billing")
            .WithPgSubscription<OrderPlaced, InvoiceHandler>("orders", "invoices", name: "billing"));
        // end
    }
}
