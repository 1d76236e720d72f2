using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Postgres.Nodes;

namespace PgPubSub.Cli.Nodes;

/// <summary>Lists nodes, and those that left leases behind without a row.</summary>
internal static class NodesVerb
{
    public static Command Create() => new Command("nodes", "Lists nodes: since when they are there, their last beat, presence lock and what they hold.").Does(async run =>
    {
        run.Report.Rows(
            await run.Store.ListNodesAsync(run.Stop), Document, "There are no nodes.",
            new("node", Name), new("id", one => one.Id.ToString()), new("registered", one => Texts.Age(one.RegisteredFor), IsNumber: true),
            new("last beat", one => one.SeenAt is { } at ? at + "Z" : "-"), new("lock", Lock), new("holds events", one => Texts.YesNo(one.HoldsLeases)),
            new("oldest", one => Texts.Age(one.HoldingFor), IsNumber: true));
        return ExitCode.Done;
    });

    public static object Document(NodeStatus one) => new
    {
        one.Id, one.Name, Registered = one.IsRegistered, RegisteredSeconds = one.RegisteredFor?.TotalSeconds, SeenAt = one.SeenAt is { } at ? at.Replace(' ', 'T') + "Z" : null,
        SilentSeconds = one.SilentFor?.TotalSeconds, one.KeepsLock, one.LockHeld, one.HoldsLeases, HoldingSeconds = one.HoldingFor?.TotalSeconds,
    };

    public static string Name(NodeStatus one) => one.IsRegistered ? one.Name : "(gone)";

    public static string Lock(NodeStatus one) => one.LockHeld ? "held" : one.KeepsLock ? "lost" : "none";
}
