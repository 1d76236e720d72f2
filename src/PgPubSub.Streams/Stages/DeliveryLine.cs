using PgPubSub.Actors;

namespace PgPubSub.Streams.Stages;

/// <summary>
/// Deliveries that wait for demand. By key, one is out of each key and a bounded number in all: the next of a key comes after the one before it was let go, and a key that is
/// slow does not hold others up. Events without a key are each for themselves.
/// </summary>
/// <param name="parallelism">How many may be out, each of another key; null where keys don't matter.</param>
internal sealed class DeliveryLine(int? parallelism)
{
    private readonly LinkedList<Waiting> _ready = new();
    private readonly Dictionary<string, Queue<Waiting>> _behind = []; // of each key that has one ready or out
    private readonly HashSet<(string Topic, long Offset, int Attempt)> _out = [];

    /// <summary>Everything that waits.</summary>
    public IEnumerable<Delivery> All => _ready.Concat(_behind.Values.SelectMany(queue => queue)).Select(waiting => waiting.Delivery);

    public void Add(Delivery delivery, TimeSpan now)
    {
        var waiting = new Waiting(delivery, now);
        if (KeyOf(delivery) is not { } key || _behind.TryAdd(key, new Queue<Waiting>()))
            _ready.AddLast(waiting);
        else
            _behind[key].Enqueue(waiting);
    }

    /// <summary>The next that may be emitted, and when it came.</summary>
    public (Delivery Delivery, TimeSpan Since)? Take()
    {
        if (_ready.First is not { Value: var (delivery, since) } || _out.Count >= parallelism)
            return null;
        _ready.RemoveFirst();
        if (parallelism is not null)
            _out.Add(PlaceOf(delivery));
        return (delivery, since);
    }

    /// <summary>One that is out was answered or taken away: the next of its key may come. False where it is not out.</summary>
    public bool LetGo(Delivery delivery)
    {
        if (!_out.Remove(PlaceOf(delivery)))
            return false;
        Next(delivery);
        return true;
    }

    /// <summary>One that waits is no longer ours.</summary>
    public void Remove(Delivery delivery)
    {
        for (var node = _ready.First; node is not null; node = node.Next)
        {
            if (!Same(node.Value.Delivery, delivery))
                continue;
            _ready.Remove(node);
            Next(delivery);
            return;
        }

        if (KeyOf(delivery) is not { } key || !_behind.TryGetValue(key, out var queue))
            return;
        for (var i = queue.Count; i > 0; i--)
        {
            var waiting = queue.Dequeue();
            if (!Same(waiting.Delivery, delivery))
                queue.Enqueue(waiting);
        }
    }

    private void Next(Delivery delivery)
    {
        if (KeyOf(delivery) is not { } key)
            return;
        if (_behind[key].TryDequeue(out var next))
            _ready.AddLast(next);
        else
            _behind.Remove(key);
    }

    private string? KeyOf(Delivery delivery) => parallelism is null || delivery.Key is null ? null : delivery.Topic + "\n" + delivery.Key;

    // One that was refused may be back before the stage has heard that it was.
    private static (string Topic, long Offset, int Attempt) PlaceOf(Delivery delivery) => (delivery.Topic, delivery.Offset, delivery.Attempt);

    private static bool Same(Delivery one, Delivery other) => PlaceOf(one) == PlaceOf(other);

    private readonly record struct Waiting(Delivery Delivery, TimeSpan Since);
}
