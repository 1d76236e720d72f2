using Akka.Actor;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>A subscription that is waited for.</summary>
internal sealed record FlushTarget(IActorRef Actor, string Topic, string? Group, TopicId? TopicId);

/// <summary>One flush: first the publishers, then the subscriptions up to where those have come, then what waits for another attempt.</summary>
internal sealed class FlushActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly IActorRef _asker;
    private readonly ISubscriptionStore _store;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<TopicId, long> _tails = [];
    private readonly Dictionary<IActorRef, string> _publishers;
    private readonly List<FlushTarget> _subscriptions;
    private readonly IReadOnlyList<FlushTarget> _groups;
    private IReadOnlyList<string> _retrying = [];

    public FlushActor(
        IActorRef asker, ISubscriptionStore store, IReadOnlyDictionary<IActorRef, string> publishers, IReadOnlyList<FlushTarget> subscriptions, TimeSpan timeout)
    {
        (_asker, _store, _timeout, _publishers) = (asker, store, timeout, publishers.ToDictionary());
        _subscriptions = [.. subscriptions];
        _groups = [.. subscriptions.Where(target => target.Group is not null)];
        Receive<PublisherFlushed>(m =>
        {
            _publishers.Remove(Sender);
            if (m.Tail is { } tail)
                _tails[tail.Topic] = tail.Tail;
            AwaitSubscriptions();
        });
        Receive<Idle>(_ =>
        {
            _subscriptions.RemoveAll(target => target.Actor.Equals(Sender));
            AwaitRetries();
        });
        Receive<Look>(_ => AwaitRetries());
        Receive<Looked>(m => Judge(m.Retrying));
        Receive<TimeIsOver>(_ => Give(new FlushIncomplete(Waiting())));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        IActorRef asker, ISubscriptionStore store, IReadOnlyDictionary<IActorRef, string> publishers, IReadOnlyList<FlushTarget> subscriptions, TimeSpan timeout) =>
        Akka.Actor.Props.Create(() => new FlushActor(asker, store, publishers, subscriptions, timeout));

    protected override void PreStart()
    {
        Timers.StartSingleTimer("over", TimeIsOver.Instance, _timeout);
        foreach (var publisher in _publishers.Keys)
            publisher.Tell(FlushPublisher.Instance);
        AwaitSubscriptions();
    }

    protected override void PostStop() => _stop.Cancel();

    private void AwaitSubscriptions()
    {
        if (_publishers.Count > 0)
            return;
        foreach (var target in _subscriptions)
            target.Actor.Tell(new AwaitIdle(target.TopicId is { } topic ? _tails.GetValueOrDefault(topic) : 0));
        AwaitRetries();
    }

    // What waits for another attempt is nobody's in particular: the store knows how much it is.
    private void AwaitRetries()
    {
        if (_publishers.Count + _subscriptions.Count == 0)
            RetryingAsync().Pipe(Self, retrying => new Looked(retrying), (_, why) => new Looked([why]));
    }

    private async Task<IReadOnlyList<string>> RetryingAsync()
    {
        var retrying = new List<string>();
        foreach (var target in _groups)
        {
            foreach (var group in await _store.ListGroupsAsync(target.Topic, target.Group, _stop.Token))
            {
                if (group.Retrying > 0)
                    retrying.Add($"{group.Retrying} messages of group {group.Group} of {group.Topic} wait for another attempt.");
            }
        }

        return retrying;
    }

    private void Judge(IReadOnlyList<string> retrying)
    {
        _retrying = retrying;
        if (retrying.Count == 0)
            Give(Flushed.Instance);
        else
            Timers.StartSingleTimer("look", Look.Instance, LookAgainAfter);
    }

    private IReadOnlyList<string> Waiting() =>
    [
        .. _publishers.Values.Select(topic => $"Events of {topic} are not committed yet."),
        .. _subscriptions.Select(target => $"{(target.Group is null ? "A private subscriber" : "Group " + target.Group)} of {target.Topic} is not idle."),
        .. _retrying,
    ];

    private void Give(object reply)
    {
        _asker.Tell(reply, Context.Parent);
        Context.Stop(Self);
    }

    private sealed record TimeIsOver
    {
        public static readonly TimeIsOver Instance = new();
    }

    private sealed record Look
    {
        public static readonly Look Instance = new();
    }

    private sealed record Looked(IReadOnlyList<string> Retrying);
}
