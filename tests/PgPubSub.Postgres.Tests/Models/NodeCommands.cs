using PgPubSub.Core.Nodes;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>Calls for nodes.</summary>
internal static class NodeCommands
{
    public static Command Register(Guid node) => new($"register {Short(node)}", _ => async stores =>
    {
        await stores.Nodes.RegisterAsync(node, "a node", CancellationToken.None);
        return "done";
    })
    {
        Locks = locks => locks.Take($"node {node}", LockMode.Exclusive),
    };

    public static Command Beat(Guid node, bool keepsLock) => new($"beat {Short(node)}", _ => async stores =>
    {
        var tokens = await stores.Nodes.BeatAsync(node, keepsLock);
        return new Answer(tokens is null ? "gone" : "alive", tokens is null ? "" : string.Join(' ', tokens.Order()));
    })
    {
        Locks = locks => locks.Node(node, LockMode.Update),
    };

    public static Command Watch(Guid self) => new($"{Short(self)} watches", side => async stores =>
    {
        var seen = (await stores.Nodes.WatchAsync(self, CancellationToken.None)).Where(node => side.Nodes.Contains(node.Id)).OrderBy(node => node.Id).ToList();
        seen.ForEach(side.Know);
        return string.Join(", ", seen.Select(node => $"{node.Id} {node.KeepsLock} {node.LockHeld} {node.HoldsLeases} {node.SeenAt is null}"));
    });

    /// <summary>Takes over by what was last seen, or by the sight of a node without a row.</summary>
    public static Command TakeOver(Guid node, bool withoutRow) => new($"take over {Short(node)}{(withoutRow ? " without a row" : "")}", side =>
    {
        var sighting = withoutRow ? side.Sighting(node) with { SeenAt = null } : side.Sighting(node);
        return async stores => $"{await stores.Nodes.TakeOverAsync(sighting)}";
    })
    {
        Removes = node,
        Locks = locks =>
        {
            if (!withoutRow && locks.Memory.Nodes.GetValueOrDefault(node) is { } row && row.SeenAt == locks.Side.Sighting(node).SeenAt)
                locks.Node(node, LockMode.Exclusive);
        },
    };

    public static Command Depart(Guid node) => new($"depart {Short(node)}", _ => async stores =>
    {
        await stores.Nodes.DepartAsync(node);
        return "done";
    })
    {
        Removes = node,
        Locks = locks => locks.Node(node, LockMode.Exclusive),
    };

    public static Command Return(Hold hold) => new($"return {hold}", _ => async stores => $"{await stores.Nodes.ReturnOrphansAsync(hold.Node, [hold.Token])}");

    public static Command Mark(Guid node, int topic, long? low) => new($"mark {low} of {topic} by {Short(node)}", side =>
    {
        var mark = new TopicMark(side.Topic(topic), low);
        return async stores => string.Join(' ', await stores.Nodes.MarkAsync(node, [mark]));
    })
    {
        Locks = locks =>
        {
            if (!locks.Memory.Nodes.ContainsKey(node))
                return;
            locks.Node(node, LockMode.KeyShare);
            if (locks.TopicRow(topic, LockMode.Share) is { } row && (low is not null || row.Marks.ContainsKey(node)))
                locks.Take($"mark {row.Name} {node}", LockMode.Exclusive);
        },
    };

    public static Command TakeDuty(Guid node) => new($"duty for {Short(node)}", side => async stores => $"{await stores.Nodes.TakeDutyAsync(side.Name + ".duty", node)}")
    {
        Locks = locks =>
        {
            var duty = locks.Side.Name + ".duty";
            if (locks.Memory.Nodes.ContainsKey(node) && locks.Memory.Duties.GetValueOrDefault(duty) != node)
                locks.Take($"duty {duty}", LockMode.Exclusive);
        },
    };

    public static Command Poll(IReadOnlyList<string> groups, Guid? node, bool? keepsLock) => new($"poll {(node is { } one ? Short(one) : "")} {keepsLock}", side =>
    {
        TopicId[] topics = [side.Topic(0), side.Topic(1)];
        var keys = groups.SelectMany(group => new[] { (Name: $"0{group}", Key: side.Group(0, group)), (Name: $"1{group}", Key: side.Group(1, group)) }).ToList();
        var request = new PollRequest(topics, [.. keys.Select(key => key.Key)], [TopicPattern.Parse(side.Name + ".*")]) { Node = node, KeepsLock = keepsLock };
        return async stores =>
        {
            var result = await stores.Nodes.PollAsync(request, CancellationToken.None);
            string Names(Core.Subscriptions.GroupKey asked) => keys.First(key => key.Key == asked).Name;
            var beat = result.Beat is null ? "no beat" : result.Beat.Tokens is null ? "gone" : "alive";
            string[] read =
            [
                string.Join(' ', result.Tails.Select(tail => $"{Array.IndexOf(topics, tail.Topic)}:{tail.Tail}").Order(StringComparer.Ordinal)),
                string.Join(' ', result.RetriesDue.Select(due => $"{Names(due.Group)}:{due.Suspects}").Order(StringComparer.Ordinal)),
                string.Join(' ', result.Versions.Select(version => $"{Names(version.Group)}:{version.Version}").Order(StringComparer.Ordinal)),
                string.Join(' ', result.Matches.Select(match => match.Name).Order(StringComparer.Ordinal)),
                string.Join(' ', (result.Others ?? []).Where(other => side.Nodes.Contains(other.Id)).Select(other => $"{other.Id}:{other.HoldsLeases}").Order(StringComparer.Ordinal)),
                string.Join(' ', (result.Beat?.Tokens ?? []).Order()),
            ];
            return new Answer(beat, string.Join("; ", read));
        };
    })
    {
        Locks = locks =>
        {
            if (keepsLock is not null && node is { } beating)
                locks.Node(beating, LockMode.Update);
        },
    };

    private static string Short(Guid node) => node.ToString()[24..];
}
