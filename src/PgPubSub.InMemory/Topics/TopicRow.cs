using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.DeadLetters;
using PgPubSub.InMemory.Log;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.InMemory.Topics;

/// <summary>A topic and all that belongs to it.</summary>
internal sealed class TopicRow(TopicId id, string name, Retention retention)
{
    private readonly SortedDictionary<string, GroupRow> _groupsByName = new(StringComparer.Ordinal);

    public TopicId Id => id;

    public string Name => name;

    public Retention Retention { get; set; } = retention;

    public EventLog Log { get; } = new();

    public DeadLetterBox DeadLetters { get; } = new();

    /// <summary>What each node's private subscribers still need.</summary>
    public Dictionary<Guid, long> Marks { get; } = [];

    public Dictionary<int, GroupRow> Groups { get; } = [];

    public IEnumerable<GroupRow> GroupsByName => _groupsByName.Values;

    public TopicState State => new(id, Log.Floor, Log.Tail);

    public TopicStatus Status => new(name, id, Log.Floor, Log.Tail, Retention, DeadLetters.Count);

    public GroupRow? FindGroup(string group) => _groupsByName.GetValueOrDefault(group);

    public GroupRow AddGroup(int number, string group, GroupRules rules, long position, PatternRow? pattern)
    {
        var row = new GroupRow(this, new GroupKey(id, number), group, pattern, rules, position);
        Groups.Add(number, row);
        _groupsByName.Add(group, row);
        return row;
    }

    public void DropGroup(GroupRow group)
    {
        Groups.Remove(group.Key.Subscription);
        _groupsByName.Remove(group.Name);
    }
}
