using Akka.Actor;
using CommitFeed.Journals;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;

namespace CommitFeed.Nodes;

/// <summary>A private subscriber as an actor: it gets every event from its start on, in order, and answers each.</summary>
internal sealed class FeedReader : ReceiveActor
{
    private readonly IActorRef _hub;
    private readonly StartFrom _from;

    public FeedReader(IActorRef hub, StartFrom from, Journal journal)
    {
        (_hub, _from) = (hub, from);
        Receive<Subscribed>(m => journal.Subscribed(m.Position));
        Receive<Delivery>(delivery =>
        {
            journal.HandedOut(delivery);
            Sender.Tell(delivery.Ack());
        });
    }

    public static Props Props(IActorRef hub, StartFrom from, Journal journal) => Akka.Actor.Props.Create(() => new FeedReader(hub, from, journal));

    protected override void PreStart() => _hub.Tell(new Subscribe(Feed.Topic, From: _from));
}
