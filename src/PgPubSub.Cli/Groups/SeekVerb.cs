using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Input;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Groups;

/// <summary>Moves a group.</summary>
internal static class SeekVerb
{
    public static Command Create()
    {
        var (topic, group) = (Verb.Topic(), Verb.Group());
        var to = new Option<string>("--to") { Description = "earliest, latest, an offset, or a time (UTC unless it says)", HelpName = "place", Required = true };
        return new Command("seek", "Moves a group to an offset or a time; what it has out and its retries are dropped.") { topic, group, to }.Does(async run =>
        {
            var place = StartText.Parse(to.Name, run.Get(to));
            var key = await run.GroupAsync(run.Get(topic), run.Get(group));
            await run.ConfirmAsync($"Move group '{run.Get(group)}' of topic '{run.Get(topic)}' to {run.Get(to)}? It handles again what lies behind it and never what it skips, and its retries are dropped.");
            var state = await run.Store.Subscriptions.SeekAsync(key, place);
            run.Report.One(
                new { Topic = run.Get(topic), Group = run.Get(group), state.Position, state.Generation },
                $"Group '{run.Get(group)}' of topic '{run.Get(topic)}' goes on with offset {state.Position}.");
            return ExitCode.Done;
        });
    }
}
