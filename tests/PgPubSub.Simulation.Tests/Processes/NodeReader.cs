using PgPubSub.Core.Readers;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The process's reader of the topic, and the pages that it read last.</summary>
internal sealed class NodeReader
{
    private readonly Process _process;
    private readonly ReaderMachine _machine = new();
    private readonly Alarm _alarm;
    private readonly List<PrivateSubscriber> _subscribers = [];

    public NodeReader(Process process)
    {
        _process = process;
        _alarm = new Alarm(process, () => Step(() => _machine.Tick(_process.Now)));
    }

    public RecentPages Recent { get; } = new(budget: 20 * 260); // so few that some are gone before they are asked for

    public void Join(PrivateSubscriber subscriber)
    {
        _subscribers.Add(subscriber);
        var tail = _machine.Tail;
        _process.Post(() => subscriber.Wake(tail));
        Step(() => _machine.Serve(anybody: true));
    }

    public void Leave(PrivateSubscriber subscriber)
    {
        if (_subscribers.Remove(subscriber))
            Step(() => _machine.Serve(_subscribers.Count > 0));
    }

    public void Wake(long tail) => Step(() => _machine.Wake(tail, _process.Now));

    public void Polled(long tail) => Step(() => _machine.Polled(tail));

    public void Doubt() => Step(_machine.Doubt);

    private void Step(Action step)
    {
        step();
        foreach (var effect in _machine.Effects.ToArray())
            Perform(effect);
        _machine.Effects.Clear();
        _alarm.Set(_machine.NextTick);
    }

    private void Perform(ReaderEffect effect)
    {
        var topic = _process.Setting.Topic;
        switch (effect)
        {
            case ReaderEffect.Read e:
                _process.Send(
                    "read for all",
                    null,
                    () => _process.Database.Log.ReadAsync(topic, e.From, ReaderMachine.Page, _process.Terms.PageBytes, CancellationToken.None),
                    null,
                    page => Step(() => _machine.PageRead(e.From, e.Tail, page, _process.Now)),
                    _ => Step(() => _machine.ReadFailed(_process.Now)));
                break;
            case ReaderEffect.Check e:
                _process.Send(
                    "look at what was read last",
                    null,
                    () => _process.Database.Log.ReadAsync(topic, e.Offset, 1, _process.Terms.PageBytes, CancellationToken.None),
                    null,
                    page => Step(() => _machine.Checked(e.Offset, page is [var there] && there.Offset == e.Offset && there.Id == e.Id)),
                    _ => Step(() => _machine.Checked(e.Offset, holds: false)));
                break;
            case ReaderEffect.Hand e:
                Recent.Add(topic, e.Events);
                _process.World.Met(Hazard.LivePage);
                Tell(subscriber => subscriber.Live(e.Events));
                break;
            case ReaderEffect.Missing e:
                Tell(subscriber => subscriber.Wake(e.Tail));
                break;
            case ReaderEffect.Forget:
                Recent.Forget(topic);
                break;
            case ReaderEffect.LookAgain e:
                Tell(subscriber => subscriber.Verify(e.Proven));
                break;
        }
    }

    private void Tell(Action<PrivateSubscriber> message)
    {
        foreach (var subscriber in _subscribers.ToArray())
            _process.Post(() => message(subscriber));
    }
}
