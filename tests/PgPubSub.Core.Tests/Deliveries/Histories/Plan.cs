using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>What a history is like, drawn from its seed.</summary>
internal sealed record Plan(GroupRules Rules, int Processes, int MostWindow, int FaultPercent, int NackPercent, int BuryPercent, bool Deaths)
{
    public static Plan From(Random random) => new(
        new GroupRules(Times.Ms(random.Next(500, 5_000)), new RetryRules(random.Next(0, 5), Times.Ms(random.Next(0, 2_000)), 1 + (random.NextDouble() * 3), Times.Sec(3))),
        Processes: random.Next(1, 5),
        MostWindow: random.Next(1, 12),
        FaultPercent: random.Next(4) == 0 ? 0 : random.Next(1, 40),
        NackPercent: random.Next(0, 30),
        BuryPercent: random.Next(0, 6),
        Deaths: random.Next(3) > 0);
}
