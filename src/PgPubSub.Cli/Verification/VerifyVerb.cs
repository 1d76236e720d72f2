using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Input;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Cli.Verification;

/// <summary>Looks for what is wrong in the tables or stands in their way.</summary>
internal static class VerifyVerb
{
    public static Command Create()
    {
        var grace = new Option<string>("--grace") { Description = "How long what heals by itself is given for it", HelpName = "duration", DefaultValueFactory = _ => "20s" };
        var events = new Option<long>("--most-events") { Description = "How many of a topic's newest events are looked at", HelpName = "number", DefaultValueFactory = _ => 1_000_000 };
        var findings = new Option<int>("--most-findings") { Description = "How many findings are enough", HelpName = "number", DefaultValueFactory = _ => 1_000 };
        return new Command("verify", "Looks for what is wrong in the tables or in their way, and says what to do; reads only.") { grace, events, findings }.Does(async run =>
        {
            Invocation.Require(run.Get(events) < 1 ? "--most-events must be at least 1." : run.Get(findings) < 1 ? "--most-findings must be at least 1." : null);
            var patience = Limits.Duration(grace.Name, run.Get(grace));
            Invocation.Require(patience > TimeSpan.FromHours(1) ? "--grace must be 1h at most." : null);
            var report = await run.Store.VerifyAsync(new VerifyOptions { Grace = patience, MostEvents = run.Get(events), MostFindings = run.Get(findings) }, run.Stop);
            run.Report.One(
                new
                {
                    Clean = report.IsClean, Complete = report.IsComplete, report.Topics, report.Events, report.NotSeen, Findings = report.Findings.Select(Document).ToArray(),
                },
                [
                    .. report.Findings.Select(one => $"{one.Kind}: {Place(one)}{one.What} {one.Advice}"),
                    .. report.NotSeen.Select(one => $"Not seen: {one}"),
                    $"{report.Topics} topics and {report.Events} events looked at, {report.Findings.Count} findings.",
                ]);
            return report.IsClean ? ExitCode.Done : ExitCode.Found;
        });
    }

    private static string Place(Finding one) => string.Concat(
        one.Topic is null ? "" : $"topic '{one.Topic}', ", one.Group is null ? "" : $"group '{one.Group}', ", one.Offset is null ? "" : $"offset {one.Offset}, ").TrimEnd(',', ' ') is { Length: > 0 } place
        ? place + ": " : "";

    private static object Document(Finding one) => new
    {
        Kind = one.Kind.ToString(), one.Topic, one.Group, one.Offset, one.What, one.Advice,
        Holder = one.Holder is not { } holder ? null : new { holder.Pid, holder.Name, holder.Role, holder.State, AgeSeconds = holder.Age?.TotalSeconds },
    };
}
