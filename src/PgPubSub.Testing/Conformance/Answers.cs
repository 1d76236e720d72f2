using PgPubSub.Core.Deliveries;

namespace PgPubSub.Testing.Conformance;

/// <summary>Makes settlements.</summary>
internal static class Answers
{
    public static LeaseSettlement Whole(this ClaimedPage page) => new(page.Generation, page.Lo, page.Hi, page.Token, Whole: true, [], []);

    public static LeaseSettlement Acked(this ClaimedPage page, params long[] offsets) => new(page.Generation, page.Lo, page.Hi, page.Token, Whole: false, offsets, []);

    public static LeaseSettlement Failed(this ClaimedPage page, params Failure[] failures) => new(page.Generation, page.Lo, page.Hi, page.Token, Whole: false, [], failures);

    /// <summary>All of a page, of which only these failed.</summary>
    public static LeaseSettlement AllBut(this ClaimedPage page, params Failure[] failures) =>
        page.Failed(failures) with { Acked = [.. page.Events.Select(e => e.Offset).Except(failures.Select(f => f.Offset))] };

    public static Failure Nack(long offset, int attempts = 1, TimeSpan delay = default) => new(offset, attempts, delay, "it failed", Bury: false);

    public static Failure Bury(long offset, int attempts = 5) => new(offset, attempts, TimeSpan.Zero, "it failed too often", Bury: true);
}
