using Akka.Actor;
using Unread = Akka.Event.DeadLetter;

namespace PgPubSub.Actors.Topics;

/// <summary>Rejects publishes that stood in a publisher's mailbox when it crashed: nobody else knows of them, and a stream would wait for them for ever.</summary>
internal sealed class UnreadPublishActor : ReceiveActor
{
    public UnreadPublishActor(IActorRef hub)
    {
        Receive<Unread>(
            m => m.Message is Publish or PublishAll or PublishEach && m.Recipient.Path.Parent == hub.Path,
            m => m.Sender.Tell(new PublishRejected(((ITopicCommand)m.Message).Topic, "The publisher stopped.", CanRetry: true)));
        Receive<Unread>(_ => { });
    }

    public static Props Props(IActorRef hub) => Akka.Actor.Props.Create(() => new UnreadPublishActor(hub));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(Unread));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);
}
