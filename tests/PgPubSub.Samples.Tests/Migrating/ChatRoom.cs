// snippet: subscriber
using Akka.Actor;
using PgPubSub.Actors;

// end
namespace PgPubSub.Samples.Tests.Migrating;

// snippet: subscriber
public sealed class ChatRoom : ReceiveActor
{
    private readonly IActorRef _hub;

    public ChatRoom(IActorRef hub, Action<string> show)
    {
        _hub = hub;
        Receive<Subscribed>(_ => { }); // was SubscribeAck
        Receive<Delivery>(delivery => // was the message itself
        {
            show(delivery.As<string>());
            Sender.Tell(delivery.Ack()); // new: each is answered
        });
    }

    protected override void PreStart() => _hub.Tell(new Subscribe("chat")); // the sender subscribes; with Group, as one of a group
}
// end
