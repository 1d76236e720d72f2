using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Maintenance;

/// <summary>
/// Takes what retention lets go, topic after topic, on one node at a time: the duty is kept for as long as the node lives. Two at once would harm nothing.
/// </summary>
internal sealed class JanitorActor : ReceiveActor, IWithTimers
{
    /// <summary>The duty's name in the store.</summary>
    public const string Duty = "janitor";

    private const string Key = "clean";
    private const int MostFailures = 3;

    private readonly Stores _stores;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private Dictionary<TopicId, TopicStatus> _seen = []; // as the last round left them; only the round that is under way touches it
    private Guid? _node;

    public JanitorActor(Stores stores, TimeSpan interval)
    {
        (_stores, _interval) = (stores, interval);
        Receive<NodeBecame>(m => _node = m.Node);
        Receive<Clean>(_ => Work());
        Receive<BacklogTrimmed>(Tell);
        Receive<Cleaned>(_ => Rest());
        Receive<TopicFailed>(m => _logger.Warning("Topic {0} can't be cleaned up: {1}", m.Topic, m.Why));
        Receive<CleanFailed>(m =>
        {
            _logger.Debug("A clean-up failed: {0}", m.Why);
            Rest();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Stores stores, TimeSpan interval) => Akka.Actor.Props.Create(() => new JanitorActor(stores, interval));

    protected override void PreStart() => Rest();

    protected override void PostStop() => _stop.Cancel();

    private void Rest() => Timers.StartSingleTimer(Key, Clean.Instance, _interval);

    private void Work()
    {
        if (_node is { } node)
            CleanAsync(node, Self).Pipe(Self, () => Cleaned.Instance, (_, why) => new CleanFailed(why));
        else
            Rest();
    }

    // What was taken is told at once, whatever becomes of the rest.
    private async Task CleanAsync(Guid node, IActorRef self)
    {
        if (!await _stores.Nodes.TakeDutyAsync(Duty, node))
            return;
        var failed = 0;
        var seen = new Dictionary<TopicId, TopicStatus>();
        var before = Interlocked.Exchange(ref _seen, seen);
        foreach (var topic in await _stores.Topics.ListTopicsAsync(name: null, _stop.Token))
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (topic.NeedsNoTrim(before.GetValueOrDefault(topic.Id)))
            {
                seen[topic.Id] = topic;
                continue;
            }

            var trimmed = await TrimAsync(topic, self);
            if (trimmed is { } done)
                seen[topic.Id] = topic with { Floor = done.Floor, DeadLetters = topic.DeadLetters - done.DeadLetters };
            failed = trimmed is null ? failed + 1 : 0;
            if (failed == MostFailures)
                return; // it is not the topics
            if (trimmed is { Forced: > 0 } forced)
                self.Tell(new BacklogTrimmed(topic.Name, forced.Forced, forced.Floor));
        }

        await _stores.Topics.SweepAsync(_stop.Token);
    }

    // One that fails, or was dropped meanwhile, is no reason to leave the others.
    private async Task<TrimResult?> TrimAsync(TopicStatus topic, IActorRef self)
    {
        try
        {
            return await _stores.Topics.TrimAsync(topic.Id, _stop.Token);
        }
        catch (StoreException e)
        {
            if (e.Kind is FaultKind.Gone)
                return default(TrimResult);
            self.Tell(new TopicFailed(topic.Name, e.Message));
            return null;
        }
    }

    private void Tell(BacklogTrimmed trimmed)
    {
        _logger.Warning("{0} events of {1} below {2} were taken before they were settled: its backlog was over its limit", trimmed.Events, trimmed.Topic, trimmed.Floor);
        Context.System.EventStream.Publish(trimmed);
    }

    private sealed record Clean
    {
        public static readonly Clean Instance = new();
    }

    private sealed record Cleaned
    {
        public static readonly Cleaned Instance = new();
    }

    private sealed record CleanFailed(string Why);

    private sealed record TopicFailed(string Topic, string Why);
}
