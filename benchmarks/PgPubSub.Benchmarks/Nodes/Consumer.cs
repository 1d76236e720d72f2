using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Benchmarks.Nodes;

/// <summary>Actors that subscribe themselves and answer each event they get.</summary>
internal static class Consumer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Subscribes a consumer that acks everything, and waits until the subscription stands.</summary>
    public static Task<IActorRef> StartAsync(Node node, Tally tally, string topic, string? group = null, StartFrom? from = null) =>
        StartAsync(node, new Subscribe(topic, group, from), delivery => tally.Take(delivery.Offset), static delivery => delivery.Ack(), tally);

    /// <summary>Subscribes a consumer that answers nothing, and waits until the subscription stands.</summary>
    public static Task<IActorRef> StartSilentAsync(Node node, Subscribe subscribe, Action<Delivery> got) => StartAsync(node, subscribe, got, static _ => null, new Tally());

    /// <summary>Subscribes a consumer, and waits until the subscription stands.</summary>
    /// <param name="node">The node.</param>
    /// <param name="subscribe">The subscription.</param>
    /// <param name="got">Told of each delivery.</param>
    /// <param name="answer">What to answer; null for nothing.</param>
    /// <param name="tally">Told of what must not happen.</param>
    public static async Task<IActorRef> StartAsync(Node node, Subscribe subscribe, Action<Delivery> got, Func<Delivery, IAnswer?> answer, Tally tally)
    {
        var stands = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = node.System.ActorOf(Props.CreateBy(new Producer(() => new ConsumerActor(got, answer, stands, tally))));
        node.Hub.Tell(subscribe, consumer);
        await stands.Task.WaitAsync(Patience);
        return consumer;
    }

    // As small as an actor can be: where thousands are weighed, the library's part is what counts.
    private sealed class ConsumerActor(Action<Delivery> got, Func<Delivery, IAnswer?> answer, TaskCompletionSource stands, Tally tally) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Delivery delivery:
                    got(delivery);
                    if (answer(delivery) is { } given)
                        Sender.Tell(given);
                    break;
                case Subscribed:
                    stands.TrySetResult();
                    break;
                case SubscribeRejected rejected:
                    stands.TrySetException(new CheckFailedException("A subscription was rejected: " + rejected.Reason));
                    break;
                case DeliveryRevoked revoked:
                    tally.Fail("A delivery was revoked: " + revoked.Reason);
                    break;
            }
        }
    }

    private sealed class Producer(Func<ActorBase> make) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ConsumerActor);

        public ActorBase Produce() => make();

        public void Release(ActorBase actor)
        {
        }
    }
}
