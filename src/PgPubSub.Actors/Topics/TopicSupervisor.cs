using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Listening;
using PgPubSub.Actors.Maintenance;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Operations;
using PgPubSub.Actors.Patterns;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Readers;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>
/// The entry actor. It routes publishes to the topics' publishers and owns one actor per subscription; it spreads wake-ups and the
/// node's state, and brings a child that crashed back: a subscription with its consumers, a service with what it must know.
/// </summary>
internal sealed partial class TopicSupervisor : ReceiveActor, IWithTimers
{
    private const string Stopping = "The node is stopping.";

    private static readonly TimeSpan ServiceRest = TimeSpan.FromSeconds(1);

    private readonly Stores _stores;
    private readonly PgPubSubSettings _settings;
    private readonly TimeProvider _time;
    private readonly ClaimBook _claims = new();
    private readonly MarkBook _marks;
    private readonly Liveness _liveness;
    private readonly SubscriptionBook _book = new();
    private readonly SuspectPermit _permit = new();
    private readonly PublisherBook _publishers;
    private readonly PatternBook _patterns;
    private readonly PatternDesk _patternDesk;
    private readonly NodeServices _services;
    private readonly ReaderBook _readers;
    private readonly WakeupDesk _wakeups;
    private readonly HealthBook _health = new();
    private readonly OutageBook _outages = new();
    private readonly SubscriptionDesk _desk;
    private readonly HubDrain _drain;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private Guid? _node;
    private ListenerBecame? _listener;

    public TopicSupervisor(Stores stores, PgPubSubSettings settings, TimeProvider time)
    {
        (_stores, _settings, _time, _liveness) = (stores, settings, time, new Liveness(time, settings.TimeToLive));
        _publishers = new PublisherBook((topic, n) => Start(PublisherActor.Props(topic, stores.Log, settings, time), $"publisher-{n}"));
        _patterns = new PatternBook((request, consumer, asker, known) => Start(PatternActor.Props(request, consumer, asker, known, stores, settings), null));
        _patternDesk = new PatternDesk(_patterns);
        var recent = new RecentPages();
        _readers = new ReaderBook(topic => Start(TopicReaderActor.Props(topic, stores.Log, recent, time), null), Stop);
        _services = new NodeServices(Start);
        _drain = new HubDrain(_book, _publishers, _services);
        _wakeups = new WakeupDesk(_book, _readers, _publishers);
        _marks = new MarkBook(stores.Nodes);
        var factory = new SubscriptionFactory(stores, settings, _claims, _marks, recent, _liveness, time);
        _desk = new SubscriptionDesk(_book, factory, settings.Window, props => Start(props, null), () => _node, _logger);
        ReceiveRequests();
        ReceiveHints();
        ReceiveNode();
        ReceiveSubscriptions();
        ReceiveEnds();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Stores stores, PgPubSubSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new TopicSupervisor(stores, settings, time));

    protected override void PreStart()
    {
        if (_settings.Rules.Retry.MaxAttempts == 0)
            _logger.Warning("MaxAttempts sets no cap: in groups that are made here, a message that always fails comes back for ever");
        _services.Add(NodeServices.Node, () => NodeActor.Props(_stores.Nodes, _claims, _marks, _liveness, _settings, _time));
        _services.Add(NodeServices.Poll, () => PollActor.Props(_stores.Nodes, _settings.PollInterval), poll =>
        {
            poll.Tell(Wanted());
            poll.Tell(new NodeBecame(_node));
        });
        if (_settings.Listen is not ListenMode.Off)
            _services.Add(NodeServices.Listener, () => NotifyListenerActor.Props(_stores.Wakeups, _settings, _time), listener => listener.Tell(new NodeBecame(_node)));
        _services.Add(NodeServices.Notifier, () => NotifierActor.Props(_stores.Wakeups));
        _services.Add(NodeServices.Measures, () => MeasureActor.Props(_stores, _settings));
        _services.Add(NodeServices.Unread, () => UnreadActor.Props(Self), unread => Context.System.EventStream.Subscribe(unread, typeof(Akka.Event.DeadLetter))); // from now on, not from when it comes to run
        _services.Add(NodeServices.Operator, () => OperatorActor.Props(_stores, _settings.Serializer));
        if (_settings.CleanupInterval > TimeSpan.Zero)
            _services.Add(NodeServices.Janitor, () => JanitorActor.Props(_stores, _settings.CleanupInterval), janitor => janitor.Tell(new NodeBecame(_node)));
    }

    // Akka would log the exception with its message, which may quote what the actor was at.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _logger.Error("{0} crashed: {1}", Sender.Path.Name, Crash.Describe(failure));
        return Directive.Stop; // what is gone comes back with Terminated, after a rest
    }, loggingEnabled: false);

    private void ReceiveRequests()
    {
        Receive<Publish>(m => Route(m.Topic, m));
        Receive<PublishAll>(m => Route(m.Topic, m));
        Receive<PublishEach>(m => Route(m.Topic, m));
        Receive<Subscribe>(Subscribe);
        Receive<Unsubscribe>(m => _desk.Leave(m, Sender));
        Receive<SubscribePattern>(SubscribePattern);
        Receive<UnsubscribePattern>(m => _patternDesk.Leave(m, Sender));
        Receive<IOperation>(m => _services[NodeServices.Operator].Forward(m));
        Receive<Flush>(StartFlushing);
        Receive<WatchOutages>(_ => _outages.Add(Context.Watch(Sender)));
        Receive<FindOrphans>(m => _services[NodeServices.Node].Forward(m));
        Receive<GetHealth>(_ => Sender.Tell(_health.Read(_node is not null)));
        Receive<GetFacts>(_ => Sender.Tell(Facts()));
        Receive<Drain>(_ => StartDraining());
    }

    private void ReceiveHints()
    {
        Receive<Committed>(m =>
        {
            if (_publishers.Identify(m.Tail.Topic, Sender))
                Serve(m.Tail.Topic);
            WatchIf(_wakeups.Wake(m.Tail));
            _services[NodeServices.Notifier].Tell(m);
        });
        Receive<TailsLearnt>(m =>
        {
            foreach (var tail in m.Tails)
                WatchIf(_wakeups.Hear(tail));
        });
        Receive<Polled>(m =>
        {
            WatchIf(_wakeups.Learn(m));
            if (m.Result.Tails.Count < m.Request.Topics.Count)
                _services[NodeServices.Poll].Tell(Wanted()); // without what is gone
            _patterns.Broadcast(new Matched(m.Request.Patterns, m.Result.Matches));
            if (m.Result.Others is { } others)
                _services[NodeServices.Node].Tell(new OthersSeen(others, m.AfterOutage));
        });
        Receive<PollNow>(_ => _services[NodeServices.Poll].Tell(CatchUp.Instance));
        Receive<CatchUp>(_ =>
        {
            _services[NodeServices.Poll].Tell(CatchUp.Instance);
            _readers.Broadcast(LookAgain.Instance);
        });
    }

    private void ReceiveNode()
    {
        Receive<NodeBecame>(Become);
        Receive<NodeSuspended>(_wakeups.Broadcast);
        Receive<CarryBeat>(m => _services[NodeServices.Poll].Forward(m));
        Receive<PresenceChanged>(m => _services[NodeServices.Node].Tell(m));
        Receive<ListenerBecame>(m => _listener = _services.NameOf(Sender) == NodeServices.Listener ? m : _listener);
        Receive<PermitWanted>(_ =>
        {
            if (_book.Of(Sender) is not null)
                _permit.Ask(Sender); // one that was stopped meanwhile would keep it for ever
        });
        Receive<PermitReturned>(_ => _permit.Return(Sender));
        Receive<TookOver>(_ => _wakeups.Broadcast(new RetriesWakeup(Suspects: true)));
        Receive<NodesVanished>(_ => _wakeups.Broadcast(new RetriesWakeup(Suspects: true)));
        Receive<HealthChanged>(m =>
        {
            var service = _services.NameOf(Sender);
            if (service is not null || _book.Of(Sender) is not null)
                _health.Tell(Sender, m.Problem);
            if (service == NodeServices.Node)
                _outages.Tell(m.Problem); // what else is unwell does not keep events from coming and going
        });
    }

    private void ReceiveSubscriptions()
    {
        Receive<Interested>(m =>
        {
            if (_book.Of(Sender) is not { } entry)
                return;
            entry.Stood = true;
            _book.Identify(entry, m.Topic, m.Group);
            Serve(m.Topic);
        });
        Receive<Attached>(m =>
        {
            if (_book.Of(Sender)?.Consumers is { } consumers && consumers.TryGetValue(m.Consumer, out var attach))
                consumers[m.Consumer] = attach with { Asker = null, Rules = null };
        });
        Receive<ConsumerGone>(m => _book.Of(Sender)?.Consumers.Remove(m.Consumer));
        Receive<Finished>(_ =>
        {
            if (_book.Of(Sender) is { } entry && (entry.Consumers.Count == 0 || _drain.HasBegun))
                Forget(entry);
        });
        Receive<Over>(m =>
        {
            if (_book.Of(Sender) is { } entry)
                End(entry, m.Told);
        });
        Receive<PatternOver>(_ =>
        {
            _patterns.Remove(Sender);
            Stop(Sender);
            _services[NodeServices.Poll].Tell(Wanted());
        });
        Receive<Respawn>(m => Spawn(m.Entry));
    }

    private IActorRef Start(Props props, string? name) => Context.Watch(name is null ? Context.ActorOf(props) : Context.ActorOf(props, name));

    private void Stop(IActorRef actor)
    {
        Context.Unwatch(actor);
        Context.Stop(actor);
    }

    private void Route(string topic, object message)
    {
        if (_drain.HasBegun)
            Sender.Tell(new PublishRejected(topic ?? "", Stopping, CanRetry: true));
        else if (NameRule.Problem("topic", topic) is { } problem)
            Sender.Tell(new PublishRejected(topic ?? "", problem, CanRetry: false));
        else
            _publishers.Of(topic).Forward(message);
    }

    private void Subscribe(Subscribe request)
    {
        var problem = _drain.HasBegun ? Stopping : _desk.Join(request, Sender);
        if (problem is not null)
            Sender.Tell(new SubscribeRejected(request.Topic ?? "", request.Group, problem, CanRetry: _drain.HasBegun));
    }

    private void Spawn(SubscriptionEntry entry)
    {
        if (entry.Consumers.Count == 0 || _drain.HasBegun)
            Forget(entry);
        else
            _desk.Spawn(entry);
    }

    private void SubscribePattern(SubscribePattern request)
    {
        var problem = _drain.HasBegun ? Stopping : _patternDesk.Join(request, Sender);
        if (problem is not null)
            Sender.Tell(new PatternRejected(request.Pattern ?? "", request.Group, problem, CanRetry: _drain.HasBegun));
        _services[NodeServices.Poll].Tell(Wanted());
        _services[NodeServices.Poll].Tell(CatchUp.Instance);
    }

    private void Become(NodeBecame became)
    {
        (_node, _listener) = (became.Node, null); // each id has a line of its own
        _services[NodeServices.Listener].Tell(became);
        _services[NodeServices.Janitor].Tell(became);
        _services[NodeServices.Poll].Tell(became);
        _wakeups.Broadcast(became);
    }

    private PollFor Wanted() => new(new PollRequest([.. _book.Topics.Concat(_publishers.Topics).Distinct()], [.. _book.Keys], _patterns.Patterns));

    // What is served here has changed: the poll asks for it, and a topic with private subscribers has a reader.
    private void Serve(TopicId topic)
    {
        _services[NodeServices.Poll].Tell(Wanted());
        _readers.Serve(topic, [.. _book.Private(topic).Select(e => e.Actor)]);
    }

    // Groups that are served here have work: a node that dies now may hold some of it.
    private void WatchIf(bool busy)
    {
        if (busy)
            _services[NodeServices.Node].Tell(GroupsActive.Instance);
    }

    // All of it is known here: whoever asks waits for nobody's I/O.
    private NodeFacts Facts() => new(
        _node, _liveness.SinceConfirmed, Suspended: !_liveness.IsAlive, Stopping: _drain.HasBegun, _listener,
        [.. _services.Resting, .. _book.All.Where(e => e.Actor.IsNobody()).Select(e => e.Group is null ? $"a private subscription to {e.Topic}" : $"group {e.Group} of {e.Topic}")],
        [.. _book.Keys], _health.Problems(_services[NodeServices.Listener]));

    private void StartFlushing(Flush flush)
    {
        var timeout = flush.Timeout ?? TimeSpan.FromSeconds(30);
        if (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromHours(1))
            Sender.Tell(new FlushIncomplete(["The timeout must be more than 0 and at most 1 hour."]));
        else
            Context.ActorOf(FlushActor.Props(
                Sender, _stores.Subscriptions, _publishers.All, [.. _book.All.Select(e => new FlushTarget(e.Actor, e.Topic, e.Group, e.TopicId))], timeout));
    }
}
