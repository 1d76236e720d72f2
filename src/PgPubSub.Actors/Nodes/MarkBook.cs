using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Nodes;

/// <summary>
/// What the private subscribers of this node still need, kept in a <see cref="MarkLedger"/>: written to the database before a subscription is confirmed, and with the node's beats
/// where it moved. Subscribers write into it from any thread.
/// </summary>
internal sealed class MarkBook(INodeStore store)
{
    // Thousands that come at once would each hold the state of a call while they wait for one of a few connections.
    private const int MostOpening = 16;

    private readonly SemaphoreSlim _writing = new(1), _opening = new(MostOpening);
    private readonly Lock _lock = new();
    private readonly MarkLedger _ledger = new();

    /// <summary>Waits for a turn to open a subscription.</summary>
    /// <returns>What ends the turn.</returns>
    public async Task<IDisposable> TurnAsync(CancellationToken stop)
    {
        await _opening.WaitAsync(stop);
        return new Turn(_opening);
    }

    /// <summary>A subscriber needs a topic from there on.</summary>
    public void Set(object subscriber, TopicId topic, long low)
    {
        lock (_lock)
            _ledger.Set(subscriber, topic, low);
    }

    /// <summary>A subscriber needs nothing any more.</summary>
    public void Remove(object subscriber)
    {
        lock (_lock)
            _ledger.Remove(subscriber);
    }

    /// <summary>Writes what moved, one write after the other, so that an older mark never overtakes a newer one.</summary>
    /// <param name="node">This node.</param>
    /// <param name="only">The one topic that is asked for; all unless given.</param>
    /// <returns>The floors of the topics that were written.</returns>
    public async Task<IReadOnlyDictionary<TopicId, long>> WriteAsync(Guid node, TopicId? only = null)
    {
        await _writing.WaitAsync();
        try
        {
            IReadOnlyList<TopicMark> moved;
            lock (_lock)
                moved = _ledger.Moved(node, only);
            return moved.Count == 0 ? new Dictionary<TopicId, long>() : await WriteAsync(node, moved);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<IReadOnlyDictionary<TopicId, long>> WriteAsync(Guid node, IReadOnlyList<TopicMark> moved)
    {
        try
        {
            var floors = await store.MarkAsync(node, moved);
            lock (_lock)
                _ledger.Written(moved);
            return moved.Zip(floors).ToDictionary(x => x.First.Topic, x => x.Second);
        }
        catch
        {
            lock (_lock)
                _ledger.Failed(moved);
            throw;
        }
    }

    private sealed class Turn(SemaphoreSlim opening) : IDisposable
    {
        public void Dispose() => opening.Release();
    }
}
