using System.Globalization;
using PgPubSub.Core.Subscriptions;
using PgPubSub.InMemory;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>All that the model holds, as lines under the keys of their rows.</summary>
internal static class MemoryContents
{
    public static SortedDictionary<string, string> Of(Memory memory)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var topic in memory.Topics.Values)
            Add(lines, topic, memory.Now);
        foreach (var node in memory.Nodes.Values)
            lines[$"node {node.Id}"] = $"node {node.Id}";
        foreach (var (duty, node) in memory.Duties)
            lines[$"duty {duty}"] = $"duty {duty} {node}";
        foreach (var pattern in memory.Patterns)
            lines[$"pattern {pattern.Key.Pattern} {pattern.Group}"] = $"pattern {pattern.Key.Pattern} {pattern.Group} {Text(pattern.Rules)}";
        return lines;
    }

    public static string KeyOf(GroupRow group, RetryRow retry) => $"retry {group.Topic.Name} {group.Name} {retry.Offset}";

    private static void Add(SortedDictionary<string, string> lines, TopicRow topic, DateTimeOffset now)
    {
        var (name, keep) = (topic.Name, topic.Retention);
        lines[$"topic {name}"] = string.Create(
            CultureInfo.InvariantCulture, $"topic {name} {topic.Log.Floor} {keep.Count} {Milliseconds(keep.Age)} {keep.MaxBacklogEvents} {Milliseconds(keep.MaxBacklogAge)} {Milliseconds(keep.DeadLetterAge)}");
        foreach (var e in topic.Log.Read(topic.Log.Floor, topic.Log.Tail))
            lines[$"event {name} {e.Offset}"] = $"event {name} {e.Offset} {e.Id}";
        foreach (var (node, low) in topic.Marks)
            lines[$"mark {name} {node}"] = $"mark {name} {node} {low}";
        foreach (var letter in topic.DeadLetters.That(new Core.DeadLetters.DeadLetterFilter(topic.Id)).Select(row => row.Letter))
            lines[$"letter {name} {letter.Id}"] = $"letter {name} {letter.Event.Offset} {letter.Subscriber} {Text(letter.IsGroup)} {letter.Event.Id} {letter.Attempts} {letter.Why}";
        foreach (var group in topic.Groups.Values)
            Add(lines, topic, group, now);
    }

    private static void Add(SortedDictionary<string, string> lines, TopicRow topic, GroupRow group, DateTimeOffset now)
    {
        var place = $"{topic.Name} {group.Name}";
        lines[$"group {place}"] = $"group {place} {group.Generation} {group.Position} {group.Version} {Text(group.Paused)} {Text(group.Rules)} {group.Pattern?.Key.Pattern}";
        foreach (var lease in group.Leases.Values)
            lines[$"lease {place} {lease.Lo}"] = $"lease {place} {group.Generation} {lease.Lo} {lease.Hi} {lease.Token} {lease.Node} {Bits(lease)}";
        for (var offset = 0L; offset < topic.Log.Tail; offset++)
        {
            if (group.Retries.Find(offset) is not { } retry)
                continue;
            lines[KeyOf(group, retry)] =
                $"retry {place} {offset} {retry.Attempts} {retry.Deaths} {Text(retry.DueAt <= now)} {retry.Node} {retry.Token} {Text(retry.Suspect)} {Text(retry.Copy is not null)}";
        }
    }

    private static string Bits(LeaseRow lease) => string.Concat(Enumerable.Range(0, (int)(lease.Hi - lease.Lo)).Select(i => lease.IsOpen(lease.Lo + i) ? '0' : '1'));

    private static string Text(GroupRules rules) => string.Create(
        CultureInfo.InvariantCulture, $"{Milliseconds(rules.AckDeadline)} {rules.Retry.MaxAttempts} {Text(rules.DeadLetter)}");

    private static string Text(bool value) => value ? "t" : "f";

    private static long? Milliseconds(TimeSpan? time) => (long?)time?.TotalMilliseconds;
}
