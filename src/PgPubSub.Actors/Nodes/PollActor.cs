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

/// <summary>A beat that is to go with the poll; answered with <see cref="BeatCarried"/>.</summary>
internal sealed record CarryBeat(Guid Node, bool KeepsLock) : INoSerializationVerificationNeeded;

/// <summary>The beat was sent and answered; or it was not, as far as is known, and goes by itself.</summary>
internal sealed record BeatCarried(CarryBeat Beat, PolledBeat? Answer) : INoSerializationVerificationNeeded;

/// <summary>The promise behind the hints: one query a poll interval for all topics and groups of the node.</summary>
internal sealed class PollActor : ReceiveActor, IWithTimers
{
    private const string Key = "poll";

    /// <summary>How long a beat may take before whatever waits for it goes on without it; well below the grace of a node whose lock is gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly INodeStore _store;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stop = new();
    private PollRequest _wanted = new([], [], []);
    private PollRequest? _asked;
    private CarryBeat? _beat; // until it is answered, also where the poll goes on without it
    private IActorRef _beating = ActorRefs.Nobody;
    private Guid? _node;
    private bool _again, _outage;

    public PollActor(INodeStore store, TimeSpan interval)
    {
        (_store, _interval) = (store, interval);
        Receive<PollFor>(m => _wanted = m.Request);
        Receive<NodeBecame>(m => _node = m.Node);
        Receive<CatchUp>(_ => Poll());
        Receive<CarryBeat>(Carry);
        Receive<GoOn>(m =>
        {
            if (ReferenceEquals(m.Request, _asked))
                Rest(); // a beat may hang where nothing else does
        });
        Receive<Polled>(m =>
        {
            Tell(m.Request, m.Result.Beat);
            if (!ReferenceEquals(m.Request, _asked))
                return;
            Context.Parent.Tell(m with { AfterOutage = _outage });
            _outage = false;
            Rest();
        });
        Receive<PollFailed>(m =>
        {
            Tell(m.Request, null);
            if (!ReferenceEquals(m.Request, _asked))
                return;
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
        _again = _asked is not null;
        if (_again)
            return;
        if (IsWanted)
            Ask(_wanted with { Node = _node });
        else
            Rest();
    }

    // A regular beat takes the poll along, or the poll the beat: a node with nothing to do asks once where it would ask twice.
    private void Carry(CarryBeat beat)
    {
        if (_asked is not null || _beat is not null || !IsWanted)
        {
            Sender.Tell(new BeatCarried(beat, null));
            return;
        }

        (_beat, _beating) = (beat, Sender);
        Ask(_wanted with { Node = beat.Node, KeepsLock = beat.KeepsLock });
        Timers.StartSingleTimer(Key, new GoOn(_asked!), Patience);
    }

    private void Ask(PollRequest asked)
    {
        _asked = asked;
        _store.PollAsync(asked, _stop.Token).Pipe(Self, result => new Polled(asked, result, AfterOutage: false), (_, _) => new PollFailed(asked));
    }

    private void Tell(PollRequest asked, PolledBeat? answer)
    {
        if (_beat is not { } beat || asked.KeepsLock is null)
            return;
        _beating.Tell(new BeatCarried(beat, answer));
        _beat = null;
    }

    private bool IsWanted => _wanted.Topics.Count + _wanted.Patterns.Count > 0;

    private void Rest()
    {
        _asked = null;
        Timers.StartSingleTimer(Key, CatchUp.Instance, _again ? TimeSpan.Zero : _interval);
        _again = false;
    }

    private sealed record GoOn(PollRequest Request);

    private sealed record PollFailed(PollRequest Request);
}
