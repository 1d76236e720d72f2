using PgPubSub.Core.Deliveries;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A consumer, and what it holds.</summary>
internal sealed class Consumer(int number, int window)
{
    public int Number => number;

    public int Window => window;

    /// <summary>Whether it leaves once what it holds is answered.</summary>
    public bool Leaving { get; set; }

    public List<(Item Item, HandedOut Handed)> Held { get; } = [];

    /// <summary>What it answered while it was not through with it.</summary>
    public List<DeliveryId> Kept { get; } = [];
}
