using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.Log;

namespace PgPubSub.InMemory.Subscriptions;

/// <summary>Groups in memory.</summary>
internal sealed class InMemorySubscriptions(Memory memory) : ISubscriptionStore
{
    public Task<GroupState> EnsureGroupAsync(TopicId topic, string group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) => memory.RunAsync(
        () =>
        {
            var row = memory.Topic(topic);
            if (row.FindGroup(group) is { } found)
                return found.State(changed: change && found.Change(rules));
            return row.AddGroup(memory.NextGroup(), group, rules, InMemoryLog.Place(row.Log, from), pattern: null).State(created: true);
        },
        stop);

    public Task<GroupState?> ReadGroupAsync(GroupKey group, CancellationToken stop) => memory.RunAsync(() => memory.FindGroup(group)?.State(), stop);

    public Task<IReadOnlyList<GroupStatus>> ListGroupsAsync(string? topic, string? group, CancellationToken stop) => memory.RunAsync<IReadOnlyList<GroupStatus>>(
        () =>
        [
            .. from row in memory.Topics.Values
               where topic is null || row.Name == topic
               from one in row.GroupsByName
               where @group is null || one.Name == @group
               select one.Status(memory.Now),
        ],
        stop);

    public Task<IReadOnlyList<GroupMeasure>> MeasureAsync(IReadOnlyList<GroupKey> groups, CancellationToken stop) => memory.RunAsync<IReadOnlyList<GroupMeasure>>(
        () => [.. groups.Select(memory.FindGroup).OfType<GroupRow>().Select(row => row.Measure(memory.Now))], stop);

    public Task<GroupKey?> FindGroupAsync(string topic, string group, CancellationToken stop) =>
        memory.RunAsync(() => memory.Topics.GetValueOrDefault(topic)?.FindGroup(group)?.Key, stop);

    public Task<GroupState> SeekAsync(GroupKey group, StartFrom to) => memory.RunAsync(() =>
    {
        var row = memory.Group(group);
        row.Seek(InMemoryLog.Place(row.Topic.Log, to));
        return row.State();
    });

    public Task PauseAsync(GroupKey group, bool paused) => memory.RunAsync(() => memory.Group(group).Pause(paused));

    public Task DropGroupAsync(GroupKey group) => memory.RunAsync(() =>
    {
        if (memory.FindGroup(group) is { } row)
            row.Topic.DropGroup(row);
    });

    public Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
        memory.RunAsync<IReadOnlyList<TopicName>>(() => EnsurePattern(group, from, rules, change), stop);

    public Task<bool> DropPatternAsync(PatternGroup group) => memory.RunAsync(() =>
    {
        if (Find(group) is not { } dropped)
            return false;
        memory.Patterns.Remove(dropped);
        foreach (var row in memory.Groups.Where(row => row.Pattern == dropped).ToList())
        {
            if (memory.Patterns.Find(other => other.Group == row.Name && other.Matches(row.Topic.Name)) is { } heir)
                row.Inherit(heir);
            else
                row.Topic.DropGroup(row);
        }

        return true;
    });

    private List<TopicName> EnsurePattern(PatternGroup group, StartFrom from, GroupRules rules, bool change)
    {
        var pattern = Find(group);
        if (pattern is null)
            memory.Patterns.Add(pattern = new PatternRow(group, rules));
        else if (change)
            pattern.Rules = rules;
        var matching = memory.Topics.Values.Where(topic => pattern.Matches(topic.Name)).ToList();
        foreach (var topic in matching)
        {
            var row = topic.FindGroup(group.Group);
            if (row is not null && change)
                row.Change(rules);
            row ??= topic.AddGroup(memory.NextGroup(), group.Group, rules, InMemoryLog.Place(topic.Log, from), pattern);
            row.Adopt(pattern);
        }

        return [.. matching.Select(topic => new TopicName(topic.Id, topic.Name))];
    }

    private PatternRow? Find(PatternGroup group) => memory.Patterns.Find(row => row.Key == group);
}
