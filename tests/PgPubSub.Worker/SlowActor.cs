using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Worker;

/// <summary>The process is to die, and not without company: as soon as a slow job is in hand.</summary>
internal sealed record Death
{
    public static readonly Death Instance = new();
}

/// <summary>The consumer of the slow group: it handles several jobs at once, and each takes a while.</summary>
internal sealed class SlowActor : ReceiveActor, IWithTimers
{
    private const int Window = 6;

    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(400);

    private readonly IActorRef _hub;
    private readonly GroupRules _rules;
    private int _inHand;
    private bool _dies;

    public SlowActor(IActorRef hub, GroupRules rules)
    {
        (_hub, _rules) = (hub, rules);
        Receive<Subscribed>(_ => { });
        Receive<Delivery>(delivery =>
        {
            Report.HandedOut(delivery);
            _inHand++;
            DieIfDue();
            Timers.StartSingleTimer(delivery, new Worked(delivery, Sender), Work);
        });
        Receive<Worked>(m =>
        {
            Report.HandledIt(m.Delivery);
            _inHand--;
            m.Subscription.Tell(m.Delivery.Ack());
        });
        Receive<Death>(_ =>
        {
            _dies = true;
            DieIfDue();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef hub, GroupRules rules) => Akka.Actor.Props.Create(() => new SlowActor(hub, rules));

    protected override void PreStart() => _hub.Tell(new Subscribe(Job.Slow, Job.Slow, Window: Window, Rules: _rules));

    // SIGKILL: nothing is cleaned up, given back or flushed.
    private void DieIfDue()
    {
        if (_dies && _inHand > 0)
            Process.GetCurrentProcess().Kill();
    }

    private sealed record Worked(Delivery Delivery, IActorRef Subscription);
}
