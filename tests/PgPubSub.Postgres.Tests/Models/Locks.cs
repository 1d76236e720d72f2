using PgPubSub.InMemory;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>How much a lock keeps from others; an advisory lock is shared or exclusive, a row's may be any.</summary>
internal enum LockMode
{
    KeyShare,
    Share,
    Update,
    Exclusive,
}

/// <summary>The locks that a call takes, by what the model holds.</summary>
internal sealed class Locks(Memory memory, Side side)
{
    private readonly Dictionary<string, LockMode> _taken = [];

    public Memory Memory => memory;

    public Side Side => side;

    public void Take(string what, LockMode mode) => _taken[what] = _taken.TryGetValue(what, out var before) && before > mode ? before : mode;

    /// <summary>The first lock that one call waits for while another holds its own; null where there is none.</summary>
    public string? Awaits(Locks held) => _taken.Where(taken => held._taken.TryGetValue(taken.Key, out var other) && Conflict(taken.Value, other)).Select(taken => taken.Key).FirstOrDefault();

    public TopicRow? TopicRow(int topic, LockMode mode)
    {
        var row = memory.TopicsById.GetValueOrDefault(side.Topic(topic));
        if (row is not null)
            Take($"topic {row.Id.Value}", mode);
        return row;
    }

    public void Appends(int topic) => Take($"append {side.Topic(topic).Value}", LockMode.Exclusive);

    /// <summary>A group's advisory lock, which is taken also where the group is gone.</summary>
    public GroupRow? Group(int topic, string group, LockMode mode = LockMode.Exclusive)
    {
        var key = side.Group(topic, group);
        Take($"group {key}", mode);
        return memory.FindGroup(key);
    }

    public void Group(GroupRow group) => Take($"group {group.Key}", LockMode.Exclusive);

    public void GroupRow(TopicRow topic, string group, LockMode mode) => Take($"subscription {topic.Id.Value} {group}", mode);

    /// <summary>Whoever makes a group meets the row that somebody else is making, changing or deleting.</summary>
    public void Ensure(TopicRow topic, string group, Core.Subscriptions.GroupRules rules, bool change)
    {
        Take($"topic {topic.Id.Value}", LockMode.Share);
        GroupRow(topic, group, topic.FindGroup(group) is not { } found ? LockMode.Exclusive : change && found.Rules != rules ? LockMode.Update : LockMode.Share);
    }

    public void Patterns(LockMode mode) => Take("patterns", mode);

    public void Node(Guid node, LockMode mode)
    {
        if (memory.Nodes.ContainsKey(node))
            Take($"node {node}", mode);
    }

    private static bool Conflict(LockMode one, LockMode other) =>
        one is LockMode.Exclusive || other is LockMode.Exclusive || (one, other) is (LockMode.Update, LockMode.Update or LockMode.Share) or (LockMode.Share, LockMode.Update);
}
