using PgPubSub.Core.Listening;
using PgPubSub.Simulation.Tests.Databases;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>The node's one listening line.</summary>
internal sealed class NodeListener
{
    private readonly Process _process;
    private readonly ListenMachine _machine = new();
    private readonly Alarm _alarm;
    private Line? _line;

    public NodeListener(Process process)
    {
        _process = process;
        _alarm = new Alarm(process, () => Step(() => _machine.Tick(_process.Now)));
    }

    public void Own(Guid? node) => Step(() => _machine.Own(node, _process.Now));

    /// <summary>Its process is no more.</summary>
    public void Cut() => _line?.Close();

    /// <summary>The connection breaks.</summary>
    public void Break() => _line?.Drop();

    private void Step(Action step)
    {
        step();
        foreach (var effect in _machine.Effects.ToArray())
            Perform(effect);
        _machine.Effects.Clear();
        _alarm.Set(_machine.NextTick);
    }

    private void Perform(ListenEffect effect)
    {
        switch (effect)
        {
            case ListenEffect.Open e:
                Open(e.Node);
                break;
            case ListenEffect.Close:
                _line?.Close();
                _line = null;
                break;
            case ListenEffect.CatchUp:
                _process.Post(_process.Poll.CatchUp);
                _process.Post(_process.Reader.Doubt);
                break;
            case ListenEffect.Presence e:
                _process.Post(() => _process.Node.Presence(e.Held));
                break;
        }
    }

    private void Open(Guid node)
    {
        var (opened, abandoned) = ((Line?)null, false);
        _process.Send(
            "listen",
            null,
            () => Task.FromResult(new Line(_process.World, _process.Database, _process, node, Heard, Lost)),
            line =>
            {
                opened = line;
                if (abandoned || !_process.IsAlive)
                    line.Close();
            },
            line => Step(() =>
            {
                _line = line;
                _machine.Opened(node, keepsLock: true, _process.Now);
            }),
            _ =>
            {
                abandoned = true;
                opened?.Close();
                Step(() => _machine.Failed(_process.Now));
            });
    }

    private void Heard(Core.Topics.TopicTail tail)
    {
        _process.Wake(tail);
        Step(_machine.Heard);
    }

    private void Lost() => Step(() =>
    {
        _line = null;
        _machine.Failed(_process.Now);
    });
}
