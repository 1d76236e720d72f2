namespace PgPubSub.Core.Deliveries;

/// <summary>Claimed messages that nobody has yet, retries before fresh ones. What was dropped meanwhile is passed over.</summary>
internal sealed class WaitingLine
{
    private readonly Queue<Item> _fresh = new();
    private readonly Queue<Item> _again = new();

    public int Count { get; private set; }

    public void Add(Holding holding)
    {
        var line = holding.IsLease ? _fresh : _again;
        foreach (var item in holding.Items)
            line.Enqueue(item);
        Count += holding.Items.Length;
    }

    /// <summary>A waiting message was dropped.</summary>
    public void Forget(Item item)
    {
        item.State = ItemState.Answered;
        Count--;
    }

    public Item? Take()
    {
        while (_again.TryDequeue(out var item) || _fresh.TryDequeue(out item))
        {
            if (item.State is not ItemState.Waiting)
                continue;
            Count--;
            return item;
        }

        return null;
    }
}
