using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Deliveries;

internal enum ItemState : byte
{
    Waiting,
    Out,
    Answered,
}

/// <summary>A claimed message; also its own link in the list of deadlines.</summary>
internal sealed class Item(Holding holding, int index, StoredEvent stored, int attempt)
{
    public Holding Holding { get; } = holding;

    public DeliveryId Id => new(Holding.No, index);

    public StoredEvent Event { get; } = stored;

    /// <summary>The number of this hand-out, from 1.</summary>
    public int Attempt { get; } = attempt;

    public ItemState State { get; set; }

    public int Consumer { get; set; }

    /// <summary>Whether its place stays taken once it is answered: its consumer is not through with it.</summary>
    public bool KeepsPlace { get; set; }

    public TimeSpan Deadline { get; set; }

    public Item? Before { get; set; }

    public Item? After { get; set; }
}
