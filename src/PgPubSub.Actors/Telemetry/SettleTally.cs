using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors.Telemetry;

/// <summary>What a settlement has in it, and what came of that.</summary>
internal static class SettleTally
{
    public static int Messages(SettleBatch batch)
    {
        var messages = batch.Retries.Count;
        foreach (var lease in batch.Leases)
            messages += Messages(lease);
        return messages;
    }

    public static IEnumerable<long> Offsets(SettleBatch batch) =>
        batch.Leases.SelectMany(lease => lease.Acked.Concat(lease.Failed.Select(failed => failed.Offset))).Concat(batch.Retries.Select(retry => retry.Offset));

    /// <summary>How many of a committed batch became dead letters, and how many changed nothing since their lease was lost.</summary>
    public static (int Buried, int Fenced) Count(SettleBatch batch, SettleResult result)
    {
        var (buried, fenced) = (0, 0);
        for (var i = 0; i < batch.Leases.Count; i++)
        {
            if (result.Leases[i])
                buried += batch.Leases[i].Failed.Count(failed => failed.Bury);
            else
                fenced += Messages(batch.Leases[i]);
        }

        for (var i = 0; i < batch.Retries.Count; i++)
        {
            if (!result.Retries[i])
                fenced++;
            else if (batch.Retries[i].Failed is { Bury: true })
                buried++;
        }

        return (buried, batch.Doubtful ? 0 : fenced); // what is repeated may have found its own work done
    }

    private static int Messages(LeaseSettlement lease) => lease.Acked.Count + lease.Failed.Count;
}
