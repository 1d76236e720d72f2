using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PgPubSub.Actors;

namespace PgPubSubWorker.Orders;

/// <summary>Registers the topic, who publishes to it and who handles it.</summary>
public static class OrdersHosting
{
    public const string Topic = "orders";
    public const string Billing = "billing";

    /// <summary>Adds the orders to a host.</summary>
    /// <param name="store">Where events are kept: a connection string, or <see cref="PgPubSubOptions.UseInMemory"/> for tests.</param>
    public static IServiceCollection AddOrders(this IServiceCollection services, Action<PgPubSubOptions> store)
    {
        services.TryAddSingleton<IInvoices, LoggedInvoices>();
        services.AddPgPubSubPublisher();
        return services.AddAkka("orders", akka => akka
            .WithPgPubSub(store)
            .WithPgSubscription<OrderPlaced, InvoiceHandler>(Topic, Billing));
    }
}
