using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>Calls for groups and patterns.</summary>
internal static class GroupCommands
{
    public static Command Ensure(int topic, string group, StartFrom from, GroupRules rules, bool change) => new($"group {topic}{group} from {from}, change {change}", side =>
    {
        var id = side.Topic(topic);
        return async stores =>
        {
            var state = await stores.Subscriptions.EnsureGroupAsync(id, group, from, rules, change, CancellationToken.None);
            side.Know(topic, group, state.Key);
            return Text(state);
        };
    })
    {
        Locks = locks =>
        {
            if (locks.Memory.TopicsById.GetValueOrDefault(locks.Side.Topic(topic)) is { } row)
                locks.Ensure(row, group, rules, change);
        },
    };

    /// <summary>Reads a group; takes the key of one that a pattern may have made.</summary>
    public static Command Read(int topic, string group) => new($"read {topic}{group}", side =>
    {
        var key = side.Group(topic, group);
        return async stores =>
        {
            var state = await stores.Subscriptions.ReadGroupAsync(key, CancellationToken.None);
            return state is null ? "none" : Text(state);
        };
    });

    public static Command Find(int topic, string group) => new($"find {topic}{group}", side => async stores =>
    {
        var key = await stores.Subscriptions.FindGroupAsync(side.TopicName(topic), group, CancellationToken.None);
        if (key is { } found)
            side.Know(topic, group, found);
        return key is null ? "none" : "found";
    })
    {
        MayInterleave = false,
    };

    public static Command List(int topic) => new($"list groups of {topic}", side => async stores =>
    {
        var all = await stores.Subscriptions.ListGroupsAsync(side.TopicName(topic), null, CancellationToken.None);
        return string.Join(", ", all.Select(g => $"{g.Group} {g.Position} {g.Tail} {g.InFlight} {g.Retrying} {g.Dead} {g.Paused} {g.LagAge is null} {g.Pattern}"));
    });

    public static Command Seek(int topic, string group, StartFrom to) => new($"seek {topic}{group} to {to}", side =>
    {
        var key = side.Group(topic, group);
        return async stores => Text(await stores.Subscriptions.SeekAsync(key, to));
    })
    {
        Locks = locks =>
        {
            if (locks.Memory.TopicsById.GetValueOrDefault(locks.Side.Group(topic, group).Topic) is not { } row)
                return;
            locks.Take($"topic {row.Id.Value}", LockMode.Share);
            if (locks.Group(topic, group) is { } found)
                locks.GroupRow(row, found.Name, LockMode.Update);
        },
    };

    public static Command Pause(int topic, string group, bool paused) => new($"pause {topic}{group} {paused}", side =>
    {
        var key = side.Group(topic, group);
        return async stores =>
        {
            await stores.Subscriptions.PauseAsync(key, paused);
            return "done";
        };
    })
    {
        Locks = locks =>
        {
            if (locks.Group(topic, group) is { } found && found.Paused != paused)
                locks.GroupRow(found.Topic, found.Name, LockMode.Update);
        },
    };

    public static Command Drop(int topic, string group) => new($"drop {topic}{group}", side =>
    {
        var key = side.Group(topic, group);
        return async stores =>
        {
            await stores.Subscriptions.DropGroupAsync(key);
            return "done";
        };
    })
    {
        Locks = locks =>
        {
            if (locks.Group(topic, group) is { } found)
                locks.GroupRow(found.Topic, found.Name, LockMode.Exclusive);
        },
    };

    public static Command EnsurePattern(string pattern, string group, StartFrom from, GroupRules rules, bool change) => new($"pattern {pattern} {group} from {from}, change {change}", side =>
    {
        var key = Key(side, pattern, group);
        return async stores =>
            string.Join(", ", (await stores.Subscriptions.EnsurePatternAsync(key, from, rules, change, CancellationToken.None)).Select(t => t.Name).Order(StringComparer.Ordinal));
    })
    {
        Locks = locks =>
        {
            locks.Patterns(LockMode.Exclusive);
            var key = Key(locks.Side, pattern, group);
            foreach (var topic in locks.Memory.Topics.Values.Where(topic => key.Pattern.Matches(topic.Name)))
            {
                locks.Ensure(topic, group, rules, change);
                if (topic.FindGroup(group) is { Pattern: null })
                    locks.GroupRow(topic, group, LockMode.Update);
            }
        },
    };

    public static Command DropPattern(string pattern, string group) => new($"drop pattern {pattern} {group}", side =>
    {
        var key = Key(side, pattern, group);
        return async stores => $"{await stores.Subscriptions.DropPatternAsync(key)}";
    })
    {
        Locks = locks =>
        {
            locks.Patterns(LockMode.Exclusive);
            var key = Key(locks.Side, pattern, group);
            foreach (var row in locks.Memory.Groups.Where(row => row.Pattern?.Key == key))
            {
                var kept = locks.Memory.Patterns.Any(other => other.Key != key && other.Group == row.Name && other.Matches(row.Topic.Name));
                if (!kept)
                    locks.Group(row);
                locks.GroupRow(row.Topic, row.Name, kept ? LockMode.Update : LockMode.Exclusive);
            }
        },
    };

    private static PatternGroup Key(Side side, string pattern, string group) => new(TopicPattern(side, pattern), group);

    private static Core.Topics.TopicPattern TopicPattern(Side side, string pattern) => Core.Topics.TopicPattern.Parse($"{side.Name}.{pattern}");

    private static string Text(GroupState state) =>
        $"{state.Generation} {state.Position} {state.Floor} {state.Created} {state.Changed} {state.Version} {state.Paused} {state.Rules.AckDeadline}";
}
