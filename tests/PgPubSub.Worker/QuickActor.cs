using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Worker;

/// <summary>The consumer of the quick group: it handles one job after another, until one kills it.</summary>
internal sealed class QuickActor : ReceiveActor
{
    private readonly IActorRef _hub;
    private readonly GroupRules _rules;

    public QuickActor(IActorRef hub, IActorRef slow, GroupRules rules)
    {
        (_hub, _rules) = (hub, rules);
        Receive<Subscribed>(_ => { });
        Receive<Delivery>(delivery =>
        {
            Report.HandedOut(delivery);
            if (delivery.As<Job>().Kills)
            {
                slow.Tell(Death.Instance);
                Become(() => { }); // whatever stands behind the killer in the mailbox dies with it
                return;
            }

            Report.HandledIt(delivery);
            Sender.Tell(delivery.Ack());
        });
    }

    public static Props Props(IActorRef hub, IActorRef slow, GroupRules rules) => Akka.Actor.Props.Create(() => new QuickActor(hub, slow, rules));

    protected override void PreStart() => _hub.Tell(new Subscribe(Job.Quick, Job.Quick, Rules: _rules));
}
