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
/// node's state, and brings a child that crashed back: a subscription with its consumers, a service with what it must know.
/// </summary>
internal sealed class TopicSupervisor : ReceiveActor, IWithTimers
{
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
    private readonly NodeServices _services;
    private readonly Dictionary<TopicId, IActorRef> _readers = [];
    private readonly Dictionary<TopicId, long> _tails = [];
    private readonly HealthBook _health = new();
    private readonly SubscriptionFactory _factory;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private Guid? _node;
    private IActorRef? _drainAsker;

    public TopicSupervisor(Stores stores, PgPubSubSettings settings, TimeProvider time)
    {
        (_stores, _settings, _time, _liveness) = (stores, settings, time, new Liveness(time, settings.TimeToLive));
        _publishers = new PublisherBook((topic, n) => Start(PublisherActor.Props(topic, stores.Log, settings, time), $"publisher-{n}"));
        _services = new NodeServices(Start);
        _marks = new MarkBook(stores.Nodes);
        _factory = new SubscriptionFactory(stores, settings, _claims, _marks, _liveness, time);
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
        _services.Add(NodeServices.Node, () => NodeActor.Props(_stores.Nodes, _claims, _marks, _liveness, _settings, _time));
        _services.Add(NodeServices.Poll, () => PollActor.Props(_stores.Nodes, _settings.PollInterval), poll => poll.Tell(Wanted()));
        _services.Add(NodeServices.Listener, () => NotifyListenerActor.Props(_stores.Wakeups, _time), listener => listener.Tell(new NodeBecame(_node)));
        _services.Add(NodeServices.Notifier, () => NotifierActor.Props(_stores.Wakeups));
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _logger.Error(failure, "{0} crashed", Sender.Path.Name);
        return Directive.Stop; // what is gone comes back with Terminated, after a rest
    });

    private void ReceiveRequests()
    {
        Receive<Publish>(m => Route(m.Topic, m));
        Receive<PublishAll>(m => Route(m.Topic, m));
        Receive<Subscribe>(Subscribe);
        Receive<Unsubscribe>(Unsubscribe);
        Receive<GetHealth>(_ => Sender.Tell(_health.Read(_node is not null)));
        Receive<Drain>(_ => StartDraining());
    }

    private void ReceiveHints()
    {
        Receive<Committed>(m =>
        {
            if (_publishers.Identify(m.Tail.Topic, Sender))
                Serve(m.Tail.Topic);
            Wake(m.Tail);
            _services[NodeServices.Notifier].Tell(m);
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
        Receive<CatchUp>(_ => _services[NodeServices.Poll].Tell(CatchUp.Instance));
    }

    private void ReceiveNode()
    {
        Receive<NodeBecame>(Become);
        Receive<NodeSuspended>(Broadcast);
        Receive<PresenceChanged>(m => _services[NodeServices.Node].Tell(m));
        Receive<PermitWanted>(_ => _permit.Ask(Sender));
        Receive<PermitReturned>(_ => _permit.Return(Sender));
        Receive<TookOver>(_ => Broadcast(new RetriesWakeup(Suspects: true)));
        Receive<NodesVanished>(_ => Broadcast(new RetriesWakeup(Suspects: true)));
        Receive<HealthChanged>(m =>
        {
            if (_book.Of(Sender) is not null || _services.NameOf(Sender) is not null)
                _health.Tell(Sender, m.Problem);
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
        Receive<Attached>(m =>
        {
            if (_book.Of(Sender)?.Consumers is { } consumers && consumers.TryGetValue(m.Consumer, out var attach))
                consumers[m.Consumer] = attach with { Asker = null };
        });
        Receive<ConsumerGone>(m => _book.Of(Sender)?.Consumers.Remove(m.Consumer));
        Receive<Finished>(_ =>
        {
            if (_book.Of(Sender) is { Consumers.Count: 0 } entry)
                Forget(entry);
        });
        Receive<Respawn>(m => Spawn(m.Entry));
    }

    private void ReceiveEnds()
    {
        Receive<Terminated>(m => Ended(m.ActorRef));
        Receive<RestartService>(m => _services.Start(m.Name));
        Receive<RestartReader>(m => Serve(m.Topic));
        Receive<Flushed>(_ =>
        {
            _publishers.Flushed();
            GoOnDraining();
        });
        Receive<Departed>(_ => _drainAsker?.Tell(Drained.Instance));
    }

    private IActorRef Start(Props props, string? name) => Context.Watch(name is null ? Context.ActorOf(props) : Context.ActorOf(props, name));

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
        var entry = request is { Topic: not null, Group: not null } ? _book.Group(request.Topic, request.Group) : null;
        var problem = _drainAsker is not null ? "The node is stopping."
            : SubscribeCheck.Problem(request) ?? SubscribeCheck.Problem(consumer)
            ?? (entry?.Consumers.ContainsKey(consumer) is true ? "The consumer is a member of this group already." : null);
        if (problem is not null)
        {
            Sender.Tell(new SubscribeRejected(request.Topic ?? "", request.Group, problem, CanRetry: _drainAsker is not null));
            return;
        }

        var attach = new Attach(consumer, request.Window ?? _settings.Window, Sender);
        if (entry is null)
        {
            _book.Add(entry = _factory.Make(request, () => _node));
            entry.Consumers.Add(consumer, attach);
            Spawn(entry);
            return;
        }

        entry.Consumers.Add(consumer, attach);
        entry.Actor.Tell(attach); // while it waits to come back, this goes nowhere, and it comes back with all its consumers
    }

    private void Spawn(SubscriptionEntry entry)
    {
        if (entry.Consumers.Count == 0)
        {
            Forget(entry);
            return;
        }

        _book.Start(entry, Start(entry.Props, null));
        if (entry.Group is null)
            return; // its one consumer comes with it
        foreach (var attach in entry.Consumers.Values)
            entry.Actor.Tell(attach);
    }

    private void Unsubscribe(Unsubscribe request)
    {
        var consumer = request.Consumer ?? Sender;
        SubscriptionEntry?[] named = request is not { Topic: not null } ? []
            : request.Group is { } group ? [_book.Group(request.Topic, group)] : [.. _book.Private(request.Topic)];
        var reply = new Unsubscribed(request.Topic ?? "", request.Group);
        SubscriptionEntry[] left = [.. named.OfType<SubscriptionEntry>().Where(entry => entry.Consumers.Remove(consumer) && !entry.Actor.IsNobody())];
        for (var i = 0; i < left.Length; i++)
            left[i].Actor.Tell(i < left.Length - 1 ? new Detach(consumer) : new Detach(consumer, reply, Sender));
        if (left.Length == 0)
            Sender.Tell(reply);
    }

    private void Become(NodeBecame became)
    {
        _node = became.Node;
        _services[NodeServices.Listener].Tell(became);
        Broadcast(became);
    }

    private void Ended(IActorRef actor)
    {
        _health.Forget(actor);
        _permit.Return(actor);
        _publishers.Remove(actor);
        if (_book.Of(actor) is { } entry)
        {
            _book.Stop(entry);
            Timers.StartSingleTimer(entry, new Respawn(entry), TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, entry.Crashes++))));
        }
        else if (_services.NameOf(actor) is { } service)
        {
            if (service == NodeServices.Node)
                Become(new NodeBecame(null));
            Timers.StartSingleTimer(service, new RestartService(service), ServiceRest);
        }
        else if (_readers.FirstOrDefault(reader => reader.Value.Equals(actor)) is { Value: not null } reader)
        {
            _readers.Remove(reader.Key);
            Timers.StartSingleTimer(reader.Key, new RestartReader(reader.Key), ServiceRest);
        }
    }

    private void Forget(SubscriptionEntry entry)
    {
        var (actor, topic) = (entry.Actor, entry.TopicId);
        _book.Remove(entry);
        _permit.Return(actor);
        _health.Forget(actor);
        if (!actor.IsNobody())
        {
            Context.Unwatch(actor);
            Context.Stop(actor);
        }

        if (topic is { } served)
            Serve(served);
        GoOnDraining();
    }

    private PollFor Wanted() => new([.. _book.Topics.Concat(_publishers.Topics).Distinct()], [.. _book.Keys]);

    // What is served here has changed: the poll asks for it, and a topic with private subscribers has a reader.
    private void Serve(TopicId topic)
    {
        _services[NodeServices.Poll].Tell(Wanted());
        IActorRef[] subscribers = [.. _book.Private(topic).Select(e => e.Actor)];
        if (!_readers.TryGetValue(topic, out var reader))
        {
            if (subscribers.Length == 0)
                return;
            _readers[topic] = reader = Start(TopicReaderActor.Props(topic, _stores.Log, _time), null);
        }

        reader.Tell(new Readers(subscribers));
    }

    private void Wake(TopicTail tail)
    {
        var wakeup = new Wakeup(tail.Tail);
        var (served, tails) = (false, _tails.GetValueOrDefault(tail.Topic, -1));
        foreach (var entry in _book.Groups(tail.Topic))
        {
            entry.Actor.Tell(wakeup);
            served = true;
        }

        if (served && tail.Tail > tails)
        {
            _tails[tail.Topic] = tail.Tail;
            _services[NodeServices.Node].Tell(GroupsActive.Instance);
        }

        if (_readers.TryGetValue(tail.Topic, out var reader))
            reader.Tell(wakeup);
    }

    private void Broadcast(object message)
    {
        foreach (var entry in _book.All)
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

            if (entry.Actor.IsNobody())
                Forget(entry);
        }

        _publishers.FlushAll();
        GoOnDraining();
    }

    private void GoOnDraining()
    {
        if (_drainAsker is not null && _book.Count == 0 && _publishers.IsFlushed)
            _services[NodeServices.Node].Tell(Depart.Instance);
    }

    private sealed record Respawn(SubscriptionEntry Entry);

    private sealed record RestartService(string Name);

    private sealed record RestartReader(TopicId Topic);
}
