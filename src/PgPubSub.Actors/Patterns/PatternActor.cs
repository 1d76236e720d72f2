using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Patterns;

/// <summary>The topics that match the patterns that were asked for.</summary>
internal sealed record Matched(IReadOnlyList<TopicPattern> Asked, IReadOnlyList<TopicName> Topics) : INoSerializationVerificationNeeded;

/// <summary>The subscription by pattern ends; whoever asked hears so once the last of its subscriptions has.</summary>
internal sealed record EndPattern(IActorRef? Asker, UnsubscribePattern Request) : INoSerializationVerificationNeeded;

/// <summary>A subscription by pattern is over.</summary>
internal sealed record PatternOver : INoSerializationVerificationNeeded
{
    public static readonly PatternOver Instance = new();
}

/// <summary>One consumer's subscription by pattern: subscribes it at the hub to each topic that turns up. What it knows outlives it.</summary>
internal sealed class PatternActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly SubscribePattern _request;
    private readonly TopicPattern _pattern;
    private readonly IActorRef _consumer;
    private readonly Stores _stores;
    private readonly PgPubSubSettings _settings;
    private readonly CancellationTokenSource _stop = new();
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly Dictionary<TopicId, string> _known;
    private readonly HashSet<string> _pending = [], _refused = [];
    private readonly Dictionary<string, long> _positions = []; // until the asker is told
    private readonly Dictionary<string, long> _offsets; // of topics that have not been dropped since
    private readonly List<IActorRef> _leavers = [];
    private IActorRef? _asker;
    private bool _stands, _failed, _leaving, _over;

    public PatternActor(SubscribePattern request, IActorRef consumer, IActorRef? asker, Dictionary<TopicId, string> known, Stores stores, PgPubSubSettings settings)
    {
        (_request, _consumer, _asker, _known, _stores, _settings) = (request, consumer, asker, known, stores, settings);
        (_pattern, _stands) = (TopicPattern.Parse(request.Pattern), known.Count > 0);
        _offsets = new Dictionary<string, long>(request.Offsets ?? new Dictionary<string, long>(), StringComparer.Ordinal);
        Receive<EnsureNow>(_ => Ensure());
        Receive<Ensured>(m => !_leaving, m =>
        {
            _stands = true;
            Join(m.Topics, first: true);
        });
        Receive<EnsureFailed>(m =>
        {
            if (!_failed)
                _logger.Warning("Pattern {0} can't be subscribed to yet: {1}", _pattern, m.Why); // said once an outage
            _failed = true;
            Timers.StartSingleTimer("ensure", EnsureNow.Instance, Again);
        });
        Receive<Matched>(m => m.Asked.Any(asked => asked.Value == _pattern.Value), m => See([.. m.Topics.Where(topic => _pattern.Matches(topic.Name))]));
        Receive<Matched>(_ => { }); // of a poll that was asked before
        Receive<Subscribed>(m => !_leaving, m =>
        {
            if (_asker is not null)
                _positions[m.Topic] = m.Position;
            Answered(m.Topic);
        });
        Receive<SubscribeRejected>(m => !_leaving, m =>
        {
            if (m.CanRetry)
                Forget(m.Topic);
            else
                _refused.Add(m.Topic);
            Answered(m.Topic);
        });
        Receive<Unsubscribed>(m => Answered(m.Topic));
        Receive<EndPattern>(m => End(m.Asker, m.Request));
        Receive<StopClaiming>(_ => Refuse(SubscriptionEnded.WithNode(_request.Pattern, _request.Group).Reason));
        Receive<Terminated>(_ => Die()); // its subscriptions see the same
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        SubscribePattern request, IActorRef consumer, IActorRef? asker, Dictionary<TopicId, string> known, Stores stores, PgPubSubSettings settings) =>
        Akka.Actor.Props.Create(() => new PatternActor(request, consumer, asker, known, stores, settings));

    protected override void PreStart()
    {
        Context.Watch(_consumer);
        Self.Tell(EnsureNow.Instance);
    }

    protected override void PostStop() => _stop.Cancel();

    // A group is stored before anything else, so that no topic is created without it; private subscriptions have only the poll.
    private void Ensure()
    {
        if (_request.Group is not { } group)
            return;
        _stores.Subscriptions.EnsurePatternAsync(
                new PatternGroup(_pattern, group), _request.From ?? StartFrom.Earliest, _request.Rules ?? _settings.Rules, change: _request.Rules is not null, _stop.Token)
            .Pipe(Self, topics => new Ensured(topics), (_, why) => new EnsureFailed(why));
    }

    private void See(IReadOnlyList<TopicName> topics)
    {
        if (_leaving || (_request.Group is not null && !_stands))
            return;
        foreach (var gone in _known.Keys.Except(topics.Select(topic => topic.Id)).ToArray())
        {
            _known.Remove(gone, out var name);
            _offsets.Remove(name!);
        }

        foreach (var topic in _refused) // the consumer may have been a member at one of its name that was just ending
            Forget(topic);
        _refused.Clear();
        var first = !_stands;
        _stands = true;
        Join(topics, first);
    }

    // A topic that turns up later was created later: its first event is the first that is wanted.
    private void Join(IReadOnlyList<TopicName> topics, bool first)
    {
        foreach (var (id, name) in topics)
        {
            if (!_known.TryAdd(id, name))
                continue;
            _pending.Add(name);
            var from = _request.Group is not null ? null : _offsets.TryGetValue(name, out var offset) ? StartFrom.Offset(offset) : first ? _request.From : StartFrom.Earliest;
            Context.Parent.Tell(new Subscribe(name, _request.Group, from, _request.Window, _consumer, _request.Group is null ? _request.Rules : null));
        }

        Tell();
    }

    private void Answered(string topic)
    {
        _pending.Remove(topic);
        Tell();
    }

    private void Forget(string topic)
    {
        foreach (var (id, _) in _known.Where(known => known.Value == topic).ToArray())
            _known.Remove(id);
    }

    private void Tell()
    {
        if (_pending.Count > 0 || !_stands)
            return;
        _asker?.Tell(
            new PatternSubscribed(_request.Pattern, _request.Group, [.. _known.Values.Order(StringComparer.Ordinal)]) { Positions = _positions.ToDictionary() }, Context.Parent);
        _asker = null;
        if (_leaving)
            Close();
    }

    // Whoever waits to hear that it stands never will.
    private void Refuse(string why)
    {
        _asker?.Tell(new PatternRejected(_request.Pattern, _request.Group, why, CanRetry: why != Attach.Stopped), Context.Parent);
        _asker = null;
    }

    private void Die()
    {
        Refuse(Attach.Stopped);
        (_leaving, _stands) = (true, true);
        _pending.Clear();
        Close();
    }

    private void Close()
    {
        foreach (var leaver in _leavers)
            leaver.Tell(new PatternUnsubscribed(_request.Pattern, _request.Group), Context.Parent);
        _leavers.Clear();
        _over = true;
        Context.Parent.Tell(PatternOver.Instance);
    }

    private void End(IActorRef? asker, UnsubscribePattern request)
    {
        Refuse(Attach.Left);
        _leavers.Add(asker ?? ActorRefs.Nobody);
        (_leaving, _stands) = (true, true);
        var unbegun = Sent.Read<Delivery[]>(() => [.. request.Unbegun ?? []]) ?? [];
        _pending.Clear();
        foreach (var topic in _known.Values.Where(_ => !_over))
        {
            _pending.Add(topic);
            Context.Parent.Tell(new Unsubscribe(topic, _request.Group, _consumer, [.. unbegun.Where(d => d?.Topic == topic)], request.Linger));
        }

        Tell();
    }

    private sealed record EnsureNow
    {
        public static readonly EnsureNow Instance = new();
    }

    private sealed record Ensured(IReadOnlyList<TopicName> Topics);

    private sealed record EnsureFailed(string Why);
}
