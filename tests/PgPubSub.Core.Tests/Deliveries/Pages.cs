using PgPubSub.Core.Deliveries;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>Makes what claims get.</summary>
internal static class Pages
{
    public static ClaimedPage Of(long lo, long hi) => new(1, lo, lo, hi, Guid.CreateVersion7(), Events.Of(lo, hi));

    public static ClaimedPage Empty(long at) => new(1, at, at, at, Guid.CreateVersion7(), []);

    public static IReadOnlyList<ClaimedRetry> Retries(int attempts, params long[] offsets)
    {
        var token = Guid.CreateVersion7();
        return [.. offsets.Select(offset => new ClaimedRetry(Events.At(offset), token, attempts))];
    }

    public static Holding Lease(long no, long lo, long hi) => Holding.Of(no, Of(lo, hi), filter: null);
}
