using Akka.Actor;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Nodes;

/// <summary>What the node's one poll asks for.</summary>
internal sealed record PollFor(PollRequest Request) : INoSerializationVerificationNeeded;

/// <summary>What the poll has learnt: the answer, and what was asked; the first after a failure, or after something was missed, says so.</summary>
internal sealed record Polled(PollRequest Request, PollResult Result, bool AfterOutage) : INoSerializationVerificationNeeded;

/// <summary>The promise behind the hints: one query a poll interval for all topics and groups of the node.</summary>
internal sealed class PollActor : ReceiveActor, IWithTimers
{
    private const string Key = "poll";

    private readonly INodeStore _store;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stop = new();
    private PollRequest _wanted = new([], [], []);
    private bool _polling, _again, _outage;

    public PollActor(INodeStore store, TimeSpan interval)
    {
        (_store, _interval) = (store, interval);
        Receive<PollFor>(m => _wanted = m.Request);
        Receive<CatchUp>(_ => Poll());
        Receive<Polled>(m =>
        {
            Context.Parent.Tell(m with { AfterOutage = _outage });
            _outage = false;
            Rest();
        });
        Receive<PollFailed>(_ =>
        {
            _outage = true;
            Rest();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(INodeStore store, TimeSpan interval) => Akka.Actor.Props.Create(() => new PollActor(store, interval));

    protected override void PreStart() => Rest();

    protected override void PostStop() => _stop.Cancel();

    private void Poll()
    {
        _again = _polling;
        if (_polling)
            return;
        if (_wanted.Topics.Count + _wanted.Patterns.Count == 0)
        {
            Rest();
            return;
        }

        _polling = true;
        var asked = _wanted;
        _store.PollAsync(asked, _stop.Token).Pipe(Self, result => new Polled(asked, result, AfterOutage: false), (_, _) => new PollFailed());
    }

    private void Rest()
    {
        _polling = false;
        Timers.StartSingleTimer(Key, CatchUp.Instance, _again ? TimeSpan.Zero : _interval);
        _again = false;
    }

    private sealed record PollFailed;
}
