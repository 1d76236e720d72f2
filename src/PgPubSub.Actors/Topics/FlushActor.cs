using Akka.Actor;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>A subscription that is waited for.</summary>
internal sealed record FlushTarget(IActorRef Actor, string Topic, string? Group, TopicId? TopicId);

/// <summary>
/// One flush: first the publishers, then the subscriptions up to where those have come, then what no subscription here has in hand: claims whose answers were lost, and what waits
/// for another attempt. What was found there may be in somebody's hands by then, so that the subscriptions are asked again.
/// </summary>
internal sealed class FlushActor : ReceiveActor, IWithTimers
{
    private const string LookKey = "look";
    private const string NotTold = "The database has not told yet whether anything is left.";
    private const string Orphans = "A claim of this node whose answer was lost is not back yet.";

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    // The node's actor may have crashed with the question.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly IActorRef _asker;
    private readonly ISubscriptionStore _store;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<TopicId, long> _tails = [];
    private readonly Dictionary<IActorRef, string> _publishers;
    private readonly List<FlushTarget> _subscriptions;
    private readonly List<FlushTarget> _targets;
    private readonly IReadOnlyList<FlushTarget> _groups;
    private IReadOnlyList<string> _found = [];
    private bool _askAgain;

    public FlushActor(
        IActorRef asker, ISubscriptionStore store, IReadOnlyDictionary<IActorRef, string> publishers, IReadOnlyList<FlushTarget> subscriptions, TimeSpan timeout)
    {
        (_asker, _store, _timeout, _publishers) = (asker, store, timeout, publishers.ToDictionary());
        (_targets, _subscriptions) = ([.. subscriptions], [.. subscriptions]);
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
            Context.Watch(Sender);
            _subscriptions.RemoveAll(target => target.Actor.Equals(Sender));
            FindOrphans();
        });
        Receive<Terminated>(m =>
        {
            _targets.RemoveAll(target => target.Actor.Equals(m.ActorRef)); // it was idle: if it held anything since, that is nobody's now, and found below
            _subscriptions.RemoveAll(target => target.Actor.Equals(m.ActorRef));
            FindOrphans();
        });
        Receive<Look>(_ => FindOrphans());
        Receive<OrphansSeen>(m =>
        {
            if (m.Any)
                Judge([Orphans]);
            else
                RetryingAsync().Pipe(Self, retrying => new Looked(retrying), (_, why) => new Looked([why]));
        });
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
        FindOrphans();
    }

    // What no subscription here knows of is for the store to tell.
    private void FindOrphans()
    {
        if (_publishers.Count + _subscriptions.Count > 0)
            return;
        if (_groups.Count == 0)
        {
            Give(Flushed.Instance);
            return;
        }

        _found = _found.Count > 0 ? _found : [NotTold];
        Context.Parent.Tell(Nodes.FindOrphans.Instance);
        Timers.StartSingleTimer(LookKey, Look.Instance, AskAgainAfter);
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

    private void Judge(IReadOnlyList<string> found)
    {
        if (_subscriptions.Count > 0)
            return; // a second answer to what was asked twice
        Timers.Cancel(LookKey);
        _found = found;
        if (found.Count > 0)
        {
            _askAgain = true;
            Timers.StartSingleTimer(LookKey, Look.Instance, LookAgainAfter);
        }
        else if (_askAgain)
        {
            _askAgain = false;
            _subscriptions.AddRange(_targets);
            AwaitSubscriptions();
        }
        else
        {
            Give(Flushed.Instance);
        }
    }

    private IReadOnlyList<string> Waiting() =>
    [
        .. _publishers.Values.Select(topic => $"Events of {topic} are not committed yet."),
        .. _subscriptions.Select(target => $"{(target.Group is null ? "A private subscriber" : "Group " + target.Group)} of {target.Topic} is not idle."),
        .. _found,
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
