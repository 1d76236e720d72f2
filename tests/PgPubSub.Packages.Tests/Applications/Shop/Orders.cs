using System.Threading.Channels;
using Akka.Actor;
using Akka.Hosting;
using Akka.Streams;
using Akka.Streams.Dsl;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PgPubSub.Actors;
using PgPubSub.Streams;

namespace Shop;

internal static class Orders
{
    /// <summary>Publishes an order, handles it in a group and replays it.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What came of it.</returns>
    public static async Task<string> RunAsync(Action<PgPubSubOptions> store, CancellationToken cancel)
    {
        var invoices = new Invoices();
        using var host = Build(store, invoices);
        await host.StartAsync(cancel);
        var offset = await PublishAsync(host.Services.GetRequiredService<IPgPubSubPublisher>(), cancel);
        var written = await invoices.ReadAsync(cancel);

        var system = host.Services.GetRequiredService<ActorSystem>();
        var hub = PgPubSubHub.For(system);
        await hub.Ask<Flushed>(new Flush(), cancel);
        var group = (await hub.Ask<GroupList>(new ListGroups("orders", "billing"), cancel)).Groups.Single();
        var replayed = await PgPubSubSource.Replay<OrderPlaced>(system, "orders")
            .Select(order => order.Value.Order)
            .RunWith(Sink.Seq<string>(), system.Materializer());
        await host.StopAsync(cancel);
        return $"published at {offset}, handled {written}, settled to {group.Position} with {group.InFlight} in flight, replayed {string.Join(' ', replayed)}";
    }

    private static IHost Build(Action<PgPubSubOptions> store, Invoices invoices)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddPgPubSubPublisher();
        builder.Services.AddAkka("shop", akka => akka
            .WithPgPubSub(store)
            .WithPgSubscription<OrderPlaced>("orders", "billing", (order, delivery, cancel) => invoices.WriteAsync(order, cancel)));
        return builder.Build();
    }

    private static async Task<long> PublishAsync(IPgPubSubPublisher publisher, CancellationToken cancel)
    {
        var published = await publisher.PublishAsync("orders", new OrderPlaced("o-1", 12.50m), cancel);
        return published.Offset;
    }

    private sealed class Invoices
    {
        private readonly Channel<string> _written = Channel.CreateUnbounded<string>();

        public Task WriteAsync(OrderPlaced? order, CancellationToken cancel) => _written.Writer.WriteAsync(order!.Order, cancel).AsTask();

        public ValueTask<string> ReadAsync(CancellationToken cancel) => _written.Reader.ReadAsync(cancel);
    }
}
