using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Streams;
// snippet: decider
using Directive = Akka.Streams.Supervision.Directive;

// end
namespace PgPubSub.Samples.Tests.Streams;

internal static class Publishing
{
    public static async Task SinkAsync(ActorSystem system, IMaterializer materializer, IEnumerable<OrderPlaced> orders)
    {
        // snippet: publish
        await Source.From(orders)
            .Select(order => new Publish("orders", order, Key: order.Order)) // the object alone will do where it needs no key
            .RunWith(PgPubSubSink.Publish<Publish>(system, "orders"), materializer); // completes when all are committed
        // end
    }

    public static Akka.Streams.Dsl.Flow<OrderPlaced, Published, Akka.NotUsed> Decider(ActorSystem system)
    {
        // snippet: decider
        var flow = PgPubSubFlow.Publish<OrderPlaced>(system, "orders", new PublishFlowOptions
        {
            Decider = rejected => rejected.CanRetry ? Directive.Stop : Directive.Resume, // drops what would be rejected again
        });
        // end
        return flow;
    }

    public static async Task ContextAsync(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: from-topic-to-topic
        await PgPubSubSource.GroupWithContext<OrderPlaced>(system, "orders", "packing")
            .SelectConcat(app.ParcelsOf)
            .Via(PgPubSubFlow.PublishWithContext<Parcel, Committable>(system, "parcels"))
            .RunWith(PgPubSubSink.CommitWithContext<Published>(system), materializer);
        // end
    }
}
