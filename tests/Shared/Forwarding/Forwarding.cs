using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Shared.Forwarding;

/// <summary>Hands every call on: what stands before a store overrides those that it changes.</summary>
internal abstract class ForwardingLog(ILogStore inner) : ILogStore
{
    protected ILogStore Inner => inner;

    public virtual Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) => inner.EnsureTopicAsync(name, forNew, stop);

    public virtual Task<TopicState?> FindTopicAsync(string name, CancellationToken stop) => inner.FindTopicAsync(name, stop);

    public virtual Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) => inner.AppendAsync(topic, knownTail, events);

    public virtual Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) => inner.ReadAsync(topic, from, most, bytes, stop);

    public virtual Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) => inner.LocateAsync(topic, from, stop);
}

/// <inheritdoc cref="ForwardingLog"/>
internal abstract class ForwardingDeliveries(IDeliveryStore inner) : IDeliveryStore
{
    protected IDeliveryStore Inner => inner;

    public virtual Task<ClaimedPage> ClaimAsync(ClaimRequest claim) => inner.ClaimAsync(claim);

    public virtual Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim) => inner.FindClaimAsync(claim);

    public virtual Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects) => inner.ClaimRetriesAsync(group, node, token, most, suspects);

    public virtual Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries) =>
        inner.SettleAsync(group, node, leases, retries);

    public virtual Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure) => inner.BuryPrivateAsync(topic, subscriber, failure);
}

/// <inheritdoc cref="ForwardingLog"/>
internal abstract class ForwardingTopics(ITopicStore inner) : ITopicStore
{
    protected ITopicStore Inner => inner;

    public virtual Task<IReadOnlyList<TopicStatus>> ListTopicsAsync(string? name, CancellationToken stop) => inner.ListTopicsAsync(name, stop);

    public virtual Task AlterTopicAsync(TopicId topic, Retention retention) => inner.AlterTopicAsync(topic, retention);

    public virtual Task<long> ClearTopicAsync(TopicId topic, CancellationToken stop) => inner.ClearTopicAsync(topic, stop);

    public virtual Task DropTopicAsync(TopicId topic, CancellationToken stop) => inner.DropTopicAsync(topic, stop);

    public virtual Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop) => inner.TrimAsync(topic, stop);

    public virtual Task<int> SweepAsync(CancellationToken stop) => inner.SweepAsync(stop);
}

/// <inheritdoc cref="ForwardingLog"/>
internal abstract class ForwardingNodes(INodeStore inner) : INodeStore
{
    protected INodeStore Inner => inner;

    public virtual Task RegisterAsync(Guid node, string name, CancellationToken stop) => inner.RegisterAsync(node, name, stop);

    public virtual Task<IReadOnlyList<Guid>?> BeatAsync(Guid node, bool keepsLock) => inner.BeatAsync(node, keepsLock);

    public virtual Task<IReadOnlyList<NodeSighting>> WatchAsync(Guid self, CancellationToken stop) => inner.WatchAsync(self, stop);

    public virtual Task<bool> TakeOverAsync(NodeSighting dead) => inner.TakeOverAsync(dead);

    public virtual Task<int> ReturnOrphansAsync(Guid node, IReadOnlyList<Guid> tokens, IReadOnlyList<Guid>? unbegun = null) => inner.ReturnOrphansAsync(node, tokens, unbegun);

    public virtual Task<IReadOnlyList<long>> MarkAsync(Guid node, IReadOnlyList<TopicMark> lows) => inner.MarkAsync(node, lows);

    public virtual Task DepartAsync(Guid node, IReadOnlyList<Guid>? unbegun = null) => inner.DepartAsync(node, unbegun);

    public virtual Task<PollResult> PollAsync(PollRequest request, CancellationToken stop) => inner.PollAsync(request, stop);

    public virtual Task<bool> TakeDutyAsync(string duty, Guid node) => inner.TakeDutyAsync(duty, node);
}

/// <inheritdoc cref="ForwardingLog"/>
internal abstract class ForwardingSubscriptions(ISubscriptionStore inner) : ISubscriptionStore
{
    protected ISubscriptionStore Inner => inner;

    public virtual Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        inner.EnsureGroupAsync(topic, group, from, rules, change, stop);

    public virtual Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) => inner.ReadGroupAsync(group, stop);

    public virtual Task<IReadOnlyList<GroupStatus>> ListGroupsAsync(string? topic, string? group, CancellationToken stop) => inner.ListGroupsAsync(topic, group, stop);

    public virtual Task<IReadOnlyList<GroupMeasure>> MeasureAsync(IReadOnlyList<GroupKey> groups, CancellationToken stop) => inner.MeasureAsync(groups, stop);

    public virtual Task<GroupKey?> FindGroupAsync(string topic, string group, CancellationToken stop) => inner.FindGroupAsync(topic, group, stop);

    public virtual Task<GroupState> SeekAsync(GroupKey group, StartFrom to) => inner.SeekAsync(group, to);

    public virtual Task PauseAsync(GroupKey group, bool paused) => inner.PauseAsync(group, paused);

    public virtual Task DropGroupAsync(GroupKey group) => inner.DropGroupAsync(group);

    public virtual Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        inner.EnsurePatternAsync(group, from, rules, change, stop);

    public virtual Task<bool> DropPatternAsync(PatternGroup group) => inner.DropPatternAsync(group);
}
