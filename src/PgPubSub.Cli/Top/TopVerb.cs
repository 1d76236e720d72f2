using System.CommandLine;
using System.Diagnostics;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Input;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres;

namespace PgPubSub.Cli.Top;

/// <summary>Shows what changes, while it changes.</summary>
internal static class TopVerb
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    public static Command Create()
    {
        var interval = new Option<string>("--interval") { Description = "The time from look to look, 1s to 1h", HelpName = "duration", DefaultValueFactory = _ => "1s" };
        var count = new Option<long?>("--count") { Description = "How many looks are enough; without it there is no end", HelpName = "number" };
        return new Command("top", "Shows topics, groups, their rates and lag, and nodes, as they change; q or Ctrl-C ends it.") { interval, count }.Does(async run =>
        {
            var time = Limits.Duration(interval.Name, run.Get(interval));
            Invocation.Require(
                time < TimeSpan.FromSeconds(1) || time > LongestInterval ? "--interval must be between 1s and 1h."
                : run.Get(count) < 1 ? "--count must be at least 1."
                : null);
            if (run.Get(CommonOptions.Json))
                return await LiveOn(new Documents(run.Report)).RunAsync(run.Stop);
            Invocation.Require(Screen.Problem());
            using var screen = new Screen((sight, width, height) => Page.Of(sight, $"schema {run.Schema}, every {Texts.Limit(time)}; q ends", width, height));
            var live = LiveOn(screen);
            using var signals = new Signals(resized: live.Refresh, suspending: screen.Suspend, resumed: () =>
            {
                screen.Resume();
                live.Refresh();
            });
            Keyboard.Listen(key => { if (key is 'q' or 'Q') live.Quit(); });
            return await live.RunAsync(run.Stop);

            Live LiveOn(IDisplay display) => new(stop => LookAsync(run.Store, stop), e => Faults.ExplainAsync(e, run), display, time, run.Get(count), TimeProvider.System);
        });
    }

    // One list after the other: a look has one connection at most.
    private static async Task<Look> LookAsync(PostgresStore store, CancellationToken stop)
    {
        var asked = Stopwatch.GetTimestamp();
        var topics = await store.Topics.ListTopicsAsync(null, stop);
        var then = Stopwatch.GetTimestamp();
        var groups = await store.Subscriptions.ListGroupsAsync(null, null, stop);
        return new Look(new Listed<TopicStatus>(Stopwatch.GetElapsedTime(0, asked), topics), new(Stopwatch.GetElapsedTime(0, then), groups), await store.ListNodesAsync(stop));
    }
}
