namespace PgPubSub.Core.Deliveries;

/// <summary>Claimed messages that nobody has yet, retries before fresh ones. What was dropped meanwhile is passed over.</summary>
internal sealed class WaitingLine
{
    private readonly Queue<Item> _fresh = new();
    private readonly Queue<Item> _again = new();

    public int Count { get; private set; }

    /// <summary>How many of them are retries.</summary>
    public int Again { get; private set; }

    public void Add(Holding holding)
    {
        var line = holding.IsLease ? _fresh : _again;
        foreach (var item in holding.Items)
            line.Enqueue(item);
        Count += holding.Items.Length;
        Again += holding.IsLease ? 0 : holding.Items.Length;
    }

    /// <summary>A waiting message was dropped.</summary>
    public void Forget(Item item)
    {
        item.State = ItemState.Answered;
        Left(item);
    }

    public Item? Take()
    {
        while (_again.TryDequeue(out var item) || _fresh.TryDequeue(out item))
        {
            if (item.State is not ItemState.Waiting)
                continue;
            Left(item);
            return item;
        }

        return null;
    }

    private void Left(Item item)
    {
        Count--;
        Again -= item.Holding.IsLease ? 0 : 1;
    }
}
