namespace PgPubSub.Actors.Subscriptions;

/// <summary>The lowest offset that a private subscriber has not settled; left behind by its actor when that stops.</summary>
internal sealed class ReadMark
{
    public long? Low { get; set; }
}
