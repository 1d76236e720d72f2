using Akka.Actor;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Nodes;

/// <summary>What the node's one poll asks for.</summary>
internal sealed record PollFor(IReadOnlyList<TopicId> Topics, IReadOnlyList<GroupKey> Groups) : INoSerializationVerificationNeeded;

/// <summary>Retries of these groups are due.</summary>
internal sealed record RetriesLearnt(IReadOnlyList<DueRetries> Groups) : INoSerializationVerificationNeeded;

/// <summary>The promise behind the hints: one query a poll interval for all topics and groups of the node.</summary>
internal sealed class PollActor : ReceiveActor, IWithTimers
{
    private const string Key = "poll";

    private readonly INodeStore _store;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stop = new();
    private PollFor _wanted = new([], []);
    private bool _polling, _again;

    public PollActor(INodeStore store, TimeSpan interval)
    {
        (_store, _interval) = (store, interval);
        Receive<PollFor>(wanted => _wanted = wanted);
        Receive<CatchUp>(_ => Poll());
        Receive<Polled>(m => Learn(m.Result));
        Receive<PollFailed>(_ => Rest());
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
        if (_wanted.Topics.Count == 0)
        {
            Rest();
            return;
        }

        _polling = true;
        _store.PollAsync(new PollRequest(_wanted.Topics, _wanted.Groups, []), _stop.Token).Pipe(Self, result => new Polled(result), (_, _) => new PollFailed());
    }

    private void Learn(PollResult result)
    {
        if (result.Tails.Count > 0)
            Context.Parent.Tell(new TailsLearnt(result.Tails));
        if (result.RetriesDue.Count > 0)
            Context.Parent.Tell(new RetriesLearnt(result.RetriesDue));
        Rest();
    }

    private void Rest()
    {
        _polling = false;
        Timers.StartSingleTimer(Key, CatchUp.Instance, _again ? TimeSpan.Zero : _interval);
        _again = false;
    }

    private sealed record Polled(PollResult Result);

    private sealed record PollFailed;
}
