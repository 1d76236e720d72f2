using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Subscriptions;

/// <summary>One topic that is there.</summary>
internal sealed class OneTopic : ILogStore
{
    public Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) => Task.FromResult(new TopicState(new TopicId(1), 0, 0));

    public Task<TopicState?> FindTopicAsync(string name, CancellationToken stop) => throw new NotSupportedException();

    public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) => throw new NotSupportedException();

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) => throw new NotSupportedException();

    public Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) => throw new NotSupportedException();
}

/// <summary>One group that is there.</summary>
internal class OneGroup : ISubscriptionStore
{
    public virtual Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        Task.FromResult(new GroupState(new GroupKey(topic, 1), 1, 0, Created: true, 0) { Rules = rules });

    public virtual Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) =>
        Task.FromResult<GroupState?>(new GroupState(group, 1, 0, Created: false, 0));

    public Task<IReadOnlyList<GroupStatus>> ListGroupsAsync(string? topic, string? group, CancellationToken stop) => throw new NotSupportedException();

    public Task<IReadOnlyList<GroupMeasure>> MeasureAsync(IReadOnlyList<GroupKey> groups, CancellationToken stop) => throw new NotSupportedException();

    public Task<GroupKey?> FindGroupAsync(string topic, string group, CancellationToken stop) => throw new NotSupportedException();

    public Task<GroupState> SeekAsync(GroupKey group, StartFrom to) => throw new NotSupportedException();

    public Task PauseAsync(GroupKey group, bool paused) => throw new NotSupportedException();

    public Task DropGroupAsync(GroupKey group) => throw new NotSupportedException();

    public virtual Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        throw new NotSupportedException();

    public Task<bool> DropPatternAsync(PatternGroup group) => throw new NotSupportedException();
}

/// <summary>One group that is dropped as soon as it was made.</summary>
internal sealed class DroppedGroup : OneGroup
{
    public override Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) => Task.FromResult<GroupState?>(null);
}

/// <summary>One group that can't be reached at first.</summary>
internal sealed class SlowGroup : OneGroup
{
    public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop)
    {
        await Open.Task;
        return await base.EnsureGroupAsync(topic, group, from, rules, change, stop);
    }
}
