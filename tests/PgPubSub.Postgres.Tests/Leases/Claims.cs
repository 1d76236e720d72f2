using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Leases;

/// <summary>Makes claims and settlements.</summary>
public static class Claims
{
    public static ClaimRequest Of(GroupKey group, Guid node, int most = 1_000, long bytes = long.MaxValue, long generation = 1, long mark = 0) =>
        new(group, node, Guid.CreateVersion7(), most, bytes, generation, mark);

    public static Task<ClaimedPage> ClaimAsync(this PostgresStore store, GroupKey group, Guid node, int most = 1_000, long generation = 1) =>
        store.Deliveries.ClaimAsync(Of(group, node, most, generation: generation));

    public static LeaseSettlement Whole(this ClaimedPage page) => new(page.Generation, page.Lo, page.Hi, page.Token, Whole: true, [], []);

    public static LeaseSettlement Acked(this ClaimedPage page, params long[] offsets) => new(page.Generation, page.Lo, page.Hi, page.Token, Whole: false, offsets, []);

    public static LeaseSettlement Failed(this ClaimedPage page, params Failure[] failures) => new(page.Generation, page.Lo, page.Hi, page.Token, Whole: false, [], failures);

    public static Failure Nack(long offset, int attempts = 1) => new(offset, attempts, TimeSpan.Zero, "it failed", Bury: false);

    public static Failure Bury(long offset, int attempts = 5) => new(offset, attempts, TimeSpan.Zero, "it failed too often", Bury: true);

    public static async Task<bool> SettleAsync(this PostgresStore store, GroupKey group, Guid node, LeaseSettlement lease) =>
        (await store.Deliveries.SettleAsync(group, node, [lease], [])).Leases.Single();

    public static async Task<bool> SettleAsync(this PostgresStore store, GroupKey group, Guid node, ClaimedRetry retry, Failure? failed = null) =>
        (await store.Deliveries.SettleAsync(group, node, [], [new RetrySettlement(retry.Event.Offset, retry.Token, failed)])).Retries.Single();

    public static async Task<IReadOnlyList<ClaimedRetry>> ClaimRetriesAsync(this PostgresStore store, GroupKey group, Guid node, int most = 1_000) =>
        (await store.Deliveries.ClaimRetriesAsync(group, node, Guid.CreateVersion7(), most, suspects: false)).Retries;

    /// <summary>Trims a topic down to what is not settled and some of what is; its floor.</summary>
    public static async Task<long> TrimAsync(this PostgresStore store, TopicId topic, long keep)
    {
        await store.Topics.AlterTopicAsync(topic, new Retention { Count = keep });
        return (await store.Topics.TrimAsync(topic, CancellationToken.None)).Floor;
    }
}
