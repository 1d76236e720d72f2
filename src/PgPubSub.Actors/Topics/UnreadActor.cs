using Akka.Actor;
using PgPubSub.Actors.Patterns;
using PgPubSub.Actors.Subscriptions;
using Unread = Akka.Event.DeadLetter;

namespace PgPubSub.Actors.Topics;

/// <summary>Answers what stood in the mailbox of one of the hub's actors when that stopped: nobody else knows of it, and a stream would wait for it for ever. The hub subscribes it to dead letters when it starts it.</summary>
internal sealed class UnreadActor : ReceiveActor
{
    private static readonly AnswerRefused Ended = new("The subscription is over.", OutcomeUnknown: true);

    public UnreadActor(IActorRef hub)
    {
        Receive<Unread>(m => m.Recipient.Path.Parent == hub.Path, m => Answer(m.Message, m.Sender));
        Receive<Unread>(_ => { });
    }

    public static Props Props(IActorRef hub) => Akka.Actor.Props.Create(() => new UnreadActor(hub));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private static void Answer(object unread, IActorRef sender)
    {
        switch (unread)
        {
            case Publish or PublishAll or PublishEach:
                sender.Tell(new PublishRejected(((ITopicCommand)unread).Topic, "The publisher stopped.", CanRetry: true));
                break;
            case Detach m: // with the subscription's actor it has left
                m.Asker?.Tell(m.Reply);
                break;
            case SettleAll m: // what it had read it has answered itself
                m.Refuse(Ended);
                break;
            case IAnswer { Confirm: true }:
                sender.Tell(Ended);
                break;
            case EndPattern { Request: var request } m:
                m.Asker?.Tell(new PatternUnsubscribed(request.Pattern, request.Group));
                break;
        }
    }
}
