using PgPubSub.Core.Topics;
using PgPubSub.InMemory.Listening;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Databases;

/// <summary>An open line of a node: hints come in, and its session holds the presence lock.</summary>
internal sealed class Line
{
    private readonly World _world;
    private readonly Database _database;
    private readonly InMemoryWakeupLine _lock;
    private readonly Process _owner;
    private readonly Action<TopicTail> _heard;
    private readonly Action _lost;
    private bool _closed;

    public Line(World world, Database database, Process owner, Guid node, Action<TopicTail> heard, Action lost)
    {
        (_world, _database, _owner, _heard, _lost) = (world, database, owner, heard, lost);
        _lock = new InMemoryWakeupLine(database.Memory, node, keepsLock: true);
        database.Memory.Lines.Add(_lock);
        database.Lines.Add(this);
    }

    public Process Owner => _owner;

    public Guid Node => _lock.Node;

    public void Hear(TopicTail tail) => _world.After(_world.Span(0, 5), () => _owner.Do(() =>
    {
        if (!_closed)
            _heard(tail);
    }));

    /// <summary>Its owner wants it no more, or is no more.</summary>
    public void Close()
    {
        _closed = true;
        Unlock();
    }

    /// <summary>The connection breaks: the server lets go of the lock at once, the owner learns of it.</summary>
    public void Drop()
    {
        Unlock();
        _world.After(_world.Span(0, 50), () => _owner.Do(() =>
        {
            if (_closed)
                return;
            _closed = true;
            _lost();
        }));
    }

    private void Unlock()
    {
        _database.Memory.Lines.Remove(_lock);
        _database.Lines.Remove(this);
    }
}
