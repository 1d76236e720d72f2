using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Listening;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>
/// The entry actor. It routes publishes to the topics' publishers and owns one actor per subscription; it spreads wake-ups and the
/// node's state, and brings a crashed subscription back with its consumers.
/// </summary>
internal sealed class TopicSupervisor : ReceiveActor, IWithTimers
{
    private readonly Stores _stores;
    private readonly PgPubSubSettings _settings;
    private readonly TimeProvider _time;
    private readonly ClaimBook _claims = new();
    private readonly SubscriptionBook _book = new();
    private readonly SuspectPermit _permit = new();
    private readonly PublisherBook _publishers;
    private readonly Dictionary<TopicId, IActorRef> _readers = [];
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private IActorRef _nodeActor = ActorRefs.Nobody, _poll = ActorRefs.Nobody, _listener = ActorRefs.Nobody, _notifier = ActorRefs.Nobody;
    private Guid? _node;
    private bool _suspended;
    private readonly Dictionary<IActorRef, string> _problems = [];
    private IActorRef? _drainAsker;

    public TopicSupervisor(Stores stores, PgPubSubSettings settings, TimeProvider time)
    {
        (_stores, _settings, _time) = (stores, settings, time);
        _publishers = new PublisherBook((topic, n) => Context.ActorOf(PublisherActor.Props(topic, stores.Log, settings, time), $"publisher-{n}"));
        Receive<Publish>(m => Route(m.Topic, m));
        Receive<PublishAll>(m => Route(m.Topic, m));
        Receive<Subscribe>(Subscribe);
        Receive<Unsubscribe>(Unsubscribe);
        Receive<GetHealth>(_ => Sender.Tell(Health()));
        ReceiveHints();
        ReceiveNode();
        ReceiveSubscriptions();
        Receive<Drain>(_ => StartDraining());
        Receive<Flushed>(_ =>
        {
            _publishers.Flushed();
            GoOnDraining();
        });
        Receive<Departed>(_ => _drainAsker?.Tell(Drained.Instance));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(Stores stores, PgPubSubSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new TopicSupervisor(stores, settings, time));

    protected override void PreStart()
    {
        _nodeActor = Context.ActorOf(NodeActor.Props(_stores.Nodes, _claims, _settings, _time), "node");
        _poll = Context.ActorOf(PollActor.Props(_stores.Nodes, _settings.PollInterval), "poll");
        _listener = Context.ActorOf(NotifyListenerActor.Props(_stores.Wakeups, _time), "listener");
        _notifier = Context.ActorOf(NotifierActor.Props(_stores.Wakeups), "notifier");
    }

    // A crashed subscription is stopped here and comes back after a wait; the node's own services start anew at once.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _logger.Error(failure, "An actor crashed");
        return _book.Of(Sender) is null ? Directive.Restart : Directive.Stop;
    });

    private void ReceiveHints()
    {
        Receive<Committed>(m =>
        {
            if (_publishers.Identify(m.Tail.Topic, Sender))
                Serve(m.Tail.Topic);
            Wake(m.Tail);
            _notifier.Tell(m);
        });
        Receive<TailsLearnt>(m =>
        {
            foreach (var tail in m.Tails)
            {
                Wake(tail);
                _publishers.Of(tail.Topic)?.Tell(new Wakeup(tail.Tail));
            }
        });
        Receive<RetriesLearnt>(m =>
        {
            foreach (var (key, suspects) in m.Groups)
                _book.Of(key)?.Actor.Tell(new RetriesWakeup(suspects));
        });
        Receive<CatchUp>(_ => _poll.Tell(CatchUp.Instance));
    }

    private void ReceiveNode()
    {
        Receive<NodeBecame>(m =>
        {
            _node = m.Node;
            _listener.Tell(m);
            Broadcast(m);
        });
        Receive<NodeSuspended>(m =>
        {
            _suspended = m.Suspended;
            Broadcast(m);
        });
        Receive<PresenceChanged>(m => _nodeActor.Tell(m));
        Receive<PermitWanted>(_ => _permit.Ask(Sender));
        Receive<PermitReturned>(_ => _permit.Return(Sender));
        Receive<TookOver>(_ => Broadcast(new RetriesWakeup(Suspects: true)));
        Receive<NodesVanished>(_ => Broadcast(new RetriesWakeup(Suspects: true)));
        Receive<HealthChanged>(m =>
        {
            if (m.Problem is null)
                _problems.Remove(Sender);
            else
                _problems[Sender] = m.Problem;
        });
    }

    private void ReceiveSubscriptions()
    {
        Receive<Interested>(m =>
        {
            if (_book.Of(Sender) is not { } entry)
                return;
            _book.Identify(entry, m.Topic, m.Group);
            Serve(m.Topic);
        });
        Receive<ConsumerGone>(m => _book.Of(Sender)?.Consumers.Remove(m.Consumer));
        Receive<Finished>(_ =>
        {
            if (_book.Of(Sender) is { Consumers.Count: 0 } entry)
                Forget(entry);
        });
        Receive<Terminated>(m => Crashed(m.ActorRef));
        Receive<Respawn>(m => Spawn(m.Entry));
    }

    private Health Health() => _problems.Count > 0 ? new Health(false, string.Join(" ", _problems.Values.Distinct()))
        : _node is null ? new Health(false, "The node is not registered yet.")
        : new Health(true, null);

    private void Route(string topic, object message)
    {
        if (_drainAsker is not null)
            Sender.Tell(new PublishRejected(topic ?? "", "The node is stopping.", CanRetry: true));
        else if (NameRule.Problem("topic", topic) is { } problem)
            Sender.Tell(new PublishRejected(topic ?? "", problem, CanRetry: false));
        else
            _publishers.Of(topic).Forward(message);
    }

    private void Subscribe(Subscribe request)
    {
        var consumer = request.Consumer ?? Sender;
        var problem = _drainAsker is not null ? "The node is stopping." : SubscribeCheck.Problem(request);
        if (problem is null && request.Group is { } name && _book.Group(request.Topic, name) is { } known && known.Consumers.ContainsKey(consumer))
            problem = "The consumer is a member of this group already.";
        if (problem is not null)
        {
            Sender.Tell(new SubscribeRejected(request.Topic ?? "", request.Group, problem, CanRetry: _drainAsker is not null));
            return;
        }

        var attach = new Attach(consumer, request.Window ?? _settings.Window, Sender);
        var entry = request.Group is { } group ? _book.Group(request.Topic, group) : null;
        if (entry is null)
        {
            entry = New(request);
            entry.Consumers.Add(consumer, attach);
            Spawn(entry);
            return;
        }

        entry.Consumers.Add(consumer, attach);
        entry.Actor.Tell(attach);
    }

    private SubscriptionEntry New(Subscribe request)
    {
        var rules = request.Rules ?? _settings.Rules;
        if (request.Group is { } group)
        {
            var terms = new SubscriptionTerms(request.Topic, group, request.From ?? StartFrom.Earliest, rules);
            return new SubscriptionEntry(request.Topic, group, _ => SubscriptionActor.Props(terms, _stores, _claims, _node, _suspended, _time));
        }

        var alone = new SubscriptionTerms(request.Topic, $"private subscriber on {_settings.NodeName}", request.From ?? StartFrom.Latest, rules);
        return new SubscriptionEntry(request.Topic, null, entry => PrivateSubscriptionActor.Props(alone, entry.Consumers.Values.First(), _stores, _time));
    }

    private void Spawn(SubscriptionEntry entry)
    {
        if (entry.Consumers.Count == 0 || _drainAsker is not null)
            return;
        _book.Add(entry, Context.ActorOf(entry.Props));
        Context.Watch(entry.Actor);
        if (entry.Group is null)
            return; // its one consumer comes with it
        foreach (var attach in entry.Consumers.Values)
            entry.Actor.Tell(attach);
    }

    private void Unsubscribe(Unsubscribe request)
    {
        var consumer = request.Consumer ?? Sender;
        SubscriptionEntry?[] entries = request.Group is { } group ? [_book.Group(request.Topic, group)] : [.. _book.Private(request.Topic)];
        foreach (var entry in entries.OfType<SubscriptionEntry>())
        {
            if (entry.Consumers.Remove(consumer))
                entry.Actor.Tell(new Detach(consumer));
        }

        Sender.Tell(new Unsubscribed(request.Topic, request.Group));
    }

    private void Crashed(IActorRef actor)
    {
        if (_book.Of(actor) is not { } entry)
            return;
        _book.Remove(entry);
        _problems.Remove(actor);
        _permit.Return(actor);
        foreach (var (consumer, attach) in entry.Consumers.ToArray())
            entry.Consumers[consumer] = attach with { Asker = null };
        Timers.StartSingleTimer(entry, new Respawn(entry), TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, entry.Crashes++))));
    }

    private void Forget(SubscriptionEntry entry)
    {
        Context.Unwatch(entry.Actor);
        Context.Stop(entry.Actor);
        _permit.Return(entry.Actor);
        _problems.Remove(entry.Actor);
        _book.Remove(entry);
        if (entry.TopicId is { } topic)
            Serve(topic);
        GoOnDraining();
    }

    // What is served here has changed: the poll asks for it, and a topic with private subscribers has a reader.
    private void Serve(TopicId topic)
    {
        _poll.Tell(new PollFor([.. _book.Topics.Concat(_publishers.Topics).Distinct()], [.. _book.Keys]));
        IActorRef[] readers = [.. _book.Private(topic).Select(e => e.Actor)];
        if (!_readers.TryGetValue(topic, out var reader))
        {
            if (readers.Length == 0)
                return;
            _readers[topic] = reader = Context.ActorOf(TopicReaderActor.Props(topic, _stores.Log, _time), $"reader-{topic.Value}");
        }

        reader.Tell(new Readers(readers));
    }

    private void Wake(TopicTail tail)
    {
        var wakeup = new Wakeup(tail.Tail);
        foreach (var entry in _book.Groups(tail.Topic))
            entry.Actor.Tell(wakeup);
        if (_readers.TryGetValue(tail.Topic, out var reader))
            reader.Tell(wakeup);
    }

    private void Broadcast(object message)
    {
        foreach (var entry in _book.All.Where(e => e.Group is not null))
            entry.Actor.Tell(message);
    }

    private void StartDraining()
    {
        _drainAsker = Sender;
        foreach (var entry in _book.All.ToArray())
        {
            foreach (var consumer in entry.Consumers.Keys.ToArray())
            {
                entry.Consumers.Remove(consumer);
                entry.Actor.Tell(new Detach(consumer));
            }
        }

        _publishers.Flush();
        GoOnDraining();
    }

    private void GoOnDraining()
    {
        if (_drainAsker is not null && _book.Count == 0 && _publishers.IsFlushed)
            _nodeActor.Tell(Depart.Instance);
    }

    private sealed record Respawn(SubscriptionEntry Entry);
}
