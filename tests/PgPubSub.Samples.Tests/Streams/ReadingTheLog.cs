// snippet: usings
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Streams;

// end
using Akka.Actor;

namespace PgPubSub.Samples.Tests.Streams;

internal static class ReadingTheLog
{
    public static async Task FromAnywhereAsync(ActorSystem system, Application app)
    {
        // snippet: usings
        IMaterializer materializer = system.Materializer();
        // end

        // snippet: log
        var control = PgPubSubSource.FromOffset<OrderPlaced>(system, "orders", 4_200)
            .To(Sink.ForEach<TopicEvent<OrderPlaced>>(order => app.Send(order.Value)))
            .Run(materializer);
        await control.Started; // the subscription stands
        // end

        // snippet: topics
        var all = PgPubSubSource.FromEarliest(system, TopicSet.Of("orders", "returns"));
        var lastDay = PgPubSubSource.FromTime(system, TopicSet.Matching("orders.*"), DateTimeOffset.UtcNow.AddDays(-1));
        var live = PgPubSubSource.Live(system, "orders");
        // end

        // snippet: replay
        var total = await PgPubSubSource.Replay<OrderPlaced>(system, "orders", from: 100, to: 200) // 100 to 199; without an end, to where the topic ends now
            .RunAggregate(0m, (sum, order) => sum + order.Value.Total, materializer);
        // end
        _ = (all, lastDay, live, total);
    }

    public static async Task OwnOffsetsAsync(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: own-offsets
        var offsets = await app.ReadOffsetsAsync(); // by topic, the offset after the last event that was written
        await PgPubSubSource.FromOffsets<OrderPlaced>(system, TopicSet.Of("orders", "returns"), offsets)
            .GroupedWithin(100, TimeSpan.FromMilliseconds(50))
            .SelectAsync(1, async orders =>
            {
                await app.WriteWithOffsetsAsync(orders); // rows and offsets in one transaction
                return orders;
            })
            .RunWith(Sink.Ignore<IEnumerable<TopicEvent<OrderPlaced>>>(), materializer);
        // end
    }
}
