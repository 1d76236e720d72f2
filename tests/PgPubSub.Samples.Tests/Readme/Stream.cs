// snippet: stream
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Streams;

// end
using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Samples.Tests.Readme;

internal static class Stream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string connectionString, Invoices invoices)
    {
        using var system = ActorSystem.Create("shop");
        var hub = PgPubSubHub.Start(system, new PgPubSubOptions { ConnectionString = connectionString });
        await hub.Ask<Published>(new Publish("orders", new OrderPlaced("o-0", 1m)), Patience);
        await hub.Ask<Published>(new Publish("orders", new OrderPlaced("o-5", 2m)), Patience);

        // snippet: stream
        var control = PgPubSubSource.FromOffset<OrderPlaced>(system, "orders", 1) // history, then live, without a gap or a repetition
            .To(Sink.ForEach<TopicEvent<OrderPlaced>>(order => invoices.Write(order.Value)))
            .Run(system.Materializer());
        // end

        await invoices.WrittenAsync("o-5");
        await control.DrainAndShutdown().WaitAsync(Patience);
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
    }
}
