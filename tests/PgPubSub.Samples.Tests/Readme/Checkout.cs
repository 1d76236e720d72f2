// snippet: hosting
using Akka.Actor;
using Akka.Hosting;
using PgPubSub.Actors;

// end
namespace PgPubSub.Samples.Tests.Readme;

// snippet: hosting
public sealed class Checkout(IRequiredActor<PgPubSubHub> hub)
{
    public async Task PlaceAsync(OrderPlaced order, CancellationToken cancel)
    {
        var pubsub = await hub.GetAsync(cancel);
        var reply = await pubsub.Ask<IPublishReply>(new Publish("orders", order, Key: order.Order), cancel);
        if (reply is PublishRejected rejected)
            throw new InvalidOperationException($"{rejected.Reason} Retry: {rejected.CanRetry}");
    }
}
// end
