using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Nodes;

/// <summary>Lists nodes, and those that left leases behind without a row.</summary>
internal static class NodesVerb
{
    public static Command Create() => new Command("nodes", "Lists nodes: their last beat, presence lock and whether they hold events.").Does(async run =>
    {
        var nodes = (await run.Store.Nodes.WatchAsync(Guid.Empty, run.Stop)).OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Id).ToList();
        run.Report.Rows(
            nodes,
            one => new { one.Id, one.Name, Registered = one.SeenAt is not null, SeenAt = one.SeenAt is { } at ? at.Replace(' ', 'T') + "Z" : null, one.KeepsLock, one.LockHeld, one.HoldsLeases },
            "There are no nodes.",
            new("node", one => one.SeenAt is null ? "(gone)" : one.Name), new("id", one => one.Id.ToString()), new("last beat", one => one.SeenAt is { } at ? at + "Z" : "-"),
            new("lock", one => one.LockHeld ? "held" : one.KeepsLock ? "lost" : "none"), new("holds events", one => Texts.YesNo(one.HoldsLeases)));
        return ExitCode.Done;
    });
}
