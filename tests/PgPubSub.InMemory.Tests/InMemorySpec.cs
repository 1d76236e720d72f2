using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests;

/// <summary>A spec on a store of its own, whose clock is moved by hand.</summary>
public abstract class InMemorySpec
{
    protected InMemorySpec() => Store = new InMemoryStore(Clock);

    protected HandClock Clock { get; } = new();

    protected InMemoryStore Store { get; }

    protected async Task<TopicId> TopicAsync(string name = "orders", Retention? retention = null) =>
        (await Store.Log.EnsureTopicAsync(name, retention ?? Retention.Default, CancellationToken.None)).Id;

    protected async Task<GroupKey> GroupAsync(TopicId topic, GroupRules? rules = null, string name = "billing") =>
        (await Store.Subscriptions.EnsureGroupAsync(topic, name, StartFrom.Earliest, rules ?? GroupRules.Default, change: false, CancellationToken.None)).Key;

    protected async Task<Guid> NodeAsync()
    {
        var node = Guid.CreateVersion7();
        await Store.Nodes.RegisterAsync(node, "a node", CancellationToken.None);
        return node;
    }

    protected Task<ClaimedPage> ClaimAsync(GroupKey group, Guid node, int most = 1_000) =>
        Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), most, long.MaxValue, 1, 0));

    protected Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node) =>
        Store.Deliveries.ClaimRetriesAsync(group, node, Guid.CreateVersion7(), 1_000, suspects: false);

    protected async Task<bool> SettleAsync(GroupKey group, Guid node, ClaimedPage page, params Failure[] failed)
    {
        var acked = page.Events.Select(e => e.Offset).Except(failed.Select(f => f.Offset)).ToList();
        var settled = new LeaseSettlement(page.Generation, page.Lo, page.Hi, page.Token, Whole: failed.Length == 0, acked, failed);
        return (await Store.Deliveries.SettleAsync(group, node, [settled], [])).Leases.Single();
    }

    protected async Task<IReadOnlyList<long>> OffsetsAsync(TopicId topic) =>
        [.. (await Store.Log.ReadAsync(topic, 0, 1_000, long.MaxValue, CancellationToken.None)).Select(e => e.Offset)];
}
