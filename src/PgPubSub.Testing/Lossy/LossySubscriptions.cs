using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Lossy;

/// <summary>Lossy groups. What is asked of them may be done twice in a row, but not after what is asked next; a seek counts each time.</summary>
internal sealed class LossySubscriptions(ISubscriptionStore inner, LossyCalls calls) : ISubscriptionStore
{
    public Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        calls.WriteAsync(() => inner.EnsureGroupAsync(topic, group, from, rules, change, stop), Repeat.AnsweredFirst, stop: stop);

    public Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) => calls.ReadAsync(() => inner.ReadGroupAsync(group, stop), stop);

    public Task<IReadOnlyList<GroupStatus>> ListGroupsAsync(string? topic, string? group, CancellationToken stop) =>
        calls.ReadAsync(() => inner.ListGroupsAsync(topic, group, stop), stop);

    public Task<IReadOnlyList<GroupMeasure>> MeasureAsync(IReadOnlyList<GroupKey> groups, CancellationToken stop) =>
        calls.ReadAsync(() => inner.MeasureAsync(groups, stop), stop);

    public Task<GroupKey?> FindGroupAsync(string topic, string group, CancellationToken stop) => calls.ReadAsync(() => inner.FindGroupAsync(topic, group, stop), stop);

    public Task<GroupState> SeekAsync(GroupKey group, StartFrom to) => calls.WriteAsync(() => inner.SeekAsync(group, to), Repeat.Never);

    public Task PauseAsync(GroupKey group, bool paused) => calls.WriteAsync(() => inner.PauseAsync(group, paused), Repeat.AnsweredLast);

    public Task DropGroupAsync(GroupKey group) => calls.WriteAsync(() => inner.DropGroupAsync(group), Repeat.AnsweredFirst);

    public Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        calls.WriteAsync(() => inner.EnsurePatternAsync(group, from, rules, change, stop), Repeat.AnsweredLast, stop: stop);

    public Task<bool> DropPatternAsync(PatternGroup group) => calls.WriteAsync(() => inner.DropPatternAsync(group), Repeat.AnsweredFirst);
}
