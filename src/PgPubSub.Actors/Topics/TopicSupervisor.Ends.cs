using Akka.Actor;
using PgPubSub.Actors.Maintenance;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Patterns;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>What ends: children that crash and come back, subscriptions that are over, and the hub itself.</summary>
internal sealed partial class TopicSupervisor
{
    private void ReceiveEnds()
    {
        Receive<Terminated>(m => Ended(m.ActorRef));
        Receive<RestartService>(m =>
        {
            _services.Start(m.Name);
            _drain.GoOn(); // the node may have crashed before it has left
        });
        Receive<RestartReader>(m => Serve(m.Topic));
        Receive<RestartPattern>(m => _patterns.Restart(m.Crashed));
        Receive<PublisherFlushed>(_ =>
        {
            _publishers.Flushed(Sender);
            _drain.GoOn();
        });
        Receive<DrainTimeIsOver>(_ => _wakeups.Broadcast(GiveBack.Instance));
        Receive<Departed>(_ => _drain.End());
    }

    private void Ended(IActorRef actor)
    {
        if (_outages.Remove(actor))
            return;
        _health.Forget(actor);
        _permit.Return(actor);
        _publishers.Remove(actor);
        if (_book.Of(actor) is { } entry)
        {
            Crashed(entry);
        }
        else if (_services.NameOf(actor) is { } service)
        {
            _services.Rest(service);
            if (service == NodeServices.Node)
                Become(new NodeBecame(null));
            if (service == NodeServices.Listener)
                _listener = null;
            Timers.StartSingleTimer(service, new RestartService(service), ServiceRest);
        }
        else if (_readers.Remove(actor) is { } topic)
        {
            Timers.StartSingleTimer(topic, new RestartReader(topic), ServiceRest);
        }
        else
        {
            Timers.StartSingleTimer(actor, new RestartPattern(actor), ServiceRest);
            _drain.GoOn(); // a publisher that crashed is not waited for
        }
    }

    // It comes back with its consumers after a rest, unless the node stops: then what it held goes back with the node.
    private void Crashed(SubscriptionEntry entry)
    {
        if (!_drain.HasBegun)
        {
            _book.Stop(entry);
            Timers.StartSingleTimer(entry, new Respawn(entry), TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, entry.Crashes++))));
            return;
        }

        EndWithNode(entry);
    }

    // Nobody runs who could tell its consumers.
    private void EndWithNode(SubscriptionEntry entry)
    {
        var ended = SubscriptionEnded.WithNode(entry.Topic, entry.Group);
        foreach (var attach in entry.Consumers.Values)
        {
            attach.Refuse(entry.Topic, entry.Group, ended.Reason);
            attach.Consumer.Tell(ended);
        }

        Forget(entry);
    }

    // Whoever joined a subscription that was just ending gets a new one.
    private void End(SubscriptionEntry entry, IReadOnlyList<IActorRef> told)
    {
        Attach[] joined = [.. entry.Consumers.Values.Where(attach => !told.Contains(attach.Consumer))];
        Forget(entry);
        foreach (var attach in joined)
            Self.Tell(new Subscribe(entry.Topic, entry.Group, attach.From, attach.Window, attach.Consumer, attach.Rules), attach.Asker);
    }

    private void Forget(SubscriptionEntry entry)
    {
        var (actor, topic) = (entry.Actor, entry.TopicId);
        _book.Remove(entry);
        _permit.Return(actor);
        _health.Forget(actor);
        if (!actor.IsNobody())
            Stop(actor);
        if (topic is { } served)
            Serve(served);
        _drain.GoOn();
    }

    private void StartDraining()
    {
        _drain.Begin(Sender);
        _patterns.Broadcast(StopClaiming.Instance);
        foreach (var entry in _book.All.ToArray())
        {
            if (entry.Actor.IsNobody())
                EndWithNode(entry);
            else
                entry.Actor.Tell(StopClaiming.Instance);
        }

        Timers.StartSingleTimer(DrainTimeIsOver.Instance, DrainTimeIsOver.Instance, _settings.DrainTimeout);
        _drain.GoOn();
    }

    private sealed record Respawn(SubscriptionEntry Entry);

    private sealed record RestartService(string Name);

    private sealed record RestartReader(TopicId Topic);

    private sealed record RestartPattern(IActorRef Crashed);

    private sealed record DrainTimeIsOver
    {
        public static readonly DrainTimeIsOver Instance = new();
    }
}
