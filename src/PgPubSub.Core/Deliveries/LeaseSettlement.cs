namespace PgPubSub.Core.Deliveries;

/// <summary>What is now settled of one lease.</summary>
/// <param name="Generation">The lease's generation.</param>
/// <param name="Lo">Its first offset.</param>
/// <param name="Hi">One past its last offset.</param>
/// <param name="Token">Its token.</param>
/// <param name="Whole">Whether every offset of it is acked now or was settled before: it is deleted by key.</param>
/// <param name="Acked">Offsets acked now.</param>
/// <param name="Failed">Offsets that failed now.</param>
public sealed record LeaseSettlement(long Generation, long Lo, long Hi, Guid Token, bool Whole, IReadOnlyList<long> Acked, IReadOnlyList<Failure> Failed);

/// <summary>What is now settled of a claimed retry.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="Token">The claim's token.</param>
/// <param name="Failed">How it failed, or null where it was acked.</param>
public sealed record RetrySettlement(long Offset, Guid Token, Failure? Failed);

/// <summary>A message that was not acked.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="Attempts">Hand-outs that count against it.</param>
/// <param name="Delay">How long it waits before it may be claimed again, by the database's clock.</param>
/// <param name="Why">A reason for people.</param>
/// <param name="Bury">Whether it becomes a dead letter instead.</param>
public sealed record Failure(long Offset, int Attempts, TimeSpan Delay, string Why, bool Bury)
{
    internal static Failure Final(long offset, int attempts, string why) => new(offset, attempts, TimeSpan.Zero, why, Bury: true);
}
