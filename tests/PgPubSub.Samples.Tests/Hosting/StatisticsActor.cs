using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Samples.Tests.Hosting;

// snippet: actor
public sealed class StatisticsActor : ReceiveActor
{
    private int _orders;

    public StatisticsActor(TaskCompletionSource<int> told) => Receive<Delivery>(delivery =>
    {
        _orders++;
        Sender.Tell(delivery.Ack());
        told.TrySetResult(_orders);
    });
}
// end
