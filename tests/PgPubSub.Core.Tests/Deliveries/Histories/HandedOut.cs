namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>One hand-out, and how it ended as its consumer sees it.</summary>
internal sealed record HandedOut(int Attempt, Guid Node, Guid Token)
{
    public Ending Ending { get; set; }
}
