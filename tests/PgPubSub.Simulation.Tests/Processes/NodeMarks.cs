using PgPubSub.Core.Nodes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Processes;

/// <summary>What the process's private subscribers still need, written one write after the other, as the node's mark book does it.</summary>
internal sealed class NodeMarks(Process process)
{
    private readonly MarkLedger _ledger = new();
    private readonly Queue<Action> _turns = new();
    private bool _writing, _beating;

    public void Set(PrivateSubscriber subscriber, long low) => _ledger.Set(subscriber, process.Setting.Topic, low);

    public void Remove(PrivateSubscriber subscriber) => _ledger.Remove(subscriber);

    /// <summary>A beat is written: what moved goes after it.</summary>
    public void Beaten(Guid node)
    {
        if (_beating)
            return;
        _beating = true;
        Write(node, _ => _beating = false, () => _beating = false);
    }

    /// <summary>Writes what moved; whoever asks hears the topic's floor, or null where there was nothing to write.</summary>
    public void Write(Guid node, Action<long?> written, Action failed)
    {
        _turns.Enqueue(() => Take(node, written, failed));
        if (!_writing)
            Next();
    }

    private void Next()
    {
        _writing = _turns.TryDequeue(out var turn);
        turn?.Invoke();
    }

    private void Take(Guid node, Action<long?> written, Action failed)
    {
        var moved = _ledger.Moved(node);
        if (moved.Count == 0)
        {
            written(null);
            Next();
            return;
        }

        process.World.Trace?.Invoke($"{process} needs the topic from {moved[0].Low?.ToString() ?? "nowhere"} on");
        var marked = process.Privates.Where(one => one.IsOpen).Select(one => one.Journal).ToArray();
        process.Send(
            "mark",
            null,
            () => process.Database.Nodes.MarkAsync(node, moved),
            _ => Array.ForEach(marked, journal => journal.Shield(node)),
            floors =>
            {
                _ledger.Written(moved);
                written(floors[0]);
                Next();
            },
            _ =>
            {
                process.World.Met(Hazard.MarkDoubted);
                _ledger.Failed(moved);
                failed();
                Next();
            });
    }
}
