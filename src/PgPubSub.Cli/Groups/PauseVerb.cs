using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Groups;

/// <summary>Pauses a group on all nodes, or lets it go on.</summary>
internal static class PauseVerb
{
    public static Command Create(bool paused)
    {
        var (topic, group) = (Verb.Topic(), Verb.Group());
        var (name, description) = paused
            ? ("pause", "Keeps a group from claiming, on all nodes; what it has out may still be settled.") : ("resume", "Lets a paused group go on.");
        return new Command(name, description) { topic, group }.Does(async run =>
        {
            var key = await run.GroupAsync(run.Get(topic), run.Get(group));
            await run.Store.Subscriptions.PauseAsync(key, paused);
            run.Report.One(
                new { Topic = run.Get(topic), Group = run.Get(group), Paused = paused },
                $"Group '{run.Get(group)}' of topic '{run.Get(topic)}' {(paused ? "is paused" : "goes on")}.");
            return ExitCode.Done;
        });
    }
}
