using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.DeadLetters;

/// <summary>Redrives or purges dead letters: in steps, each committed by itself.</summary>
internal static class StepsVerb
{
    private const int Most = 1_000;

    public static Command Create(string name, string description, bool purge)
    {
        var (topic, choice) = (Verb.Topic(), new Choice());
        var all = new Option<bool>("--all") { Description = "All of the topic" };
        var command = new Command(name, description) { topic, all };
        choice.Options.ToList().ForEach(command.Add);
        return command.Does(async run =>
        {
            Invocation.Require(choice.IsAll(run) == run.Get(all) ? null : run.Get(all) ? "--all and a choice exclude each other." : "Which? Give --all, or choose with --id, --group, --type, --died-from and --died-before.");
            choice.Of(run, default); // what is wrong with it is said before anything is asked
            var status = await run.TopicAsync(run.Get(topic));
            var filter = choice.Of(run, status.Id);
            if (purge)
                await run.ConfirmAsync($"Delete {(run.Get(all) ? $"all {status.DeadLetters}" : "the chosen")} dead letters of topic '{status.Name}'?");
            var (done, skipped, next) = (0L, 0L, (long?)0);
            while (next is { } from)
            {
                run.Stop.ThrowIfCancellationRequested();
                var step = purge ? await run.Store.DeadLetters.PurgeAsync(filter, from, Most) : await run.Store.DeadLetters.RedriveAsync(filter, from, Most);
                (done, skipped, next) = (done + step.Done, skipped + step.Skipped, step.Next);
            }

            if (done + skipped == 0 && filter.Id is { } id)
                throw CommandException.Absent($"The topic '{status.Name}' has no dead letter {id}.");
            if (purge)
                run.Report.One(new { Topic = status.Name, Purged = done }, $"Purged {done}.");
            else
                run.Report.One(new { Topic = status.Name, Redriven = done, Skipped = skipped }, $"Redrove {done}{(skipped == 0 ? "" : $"; {skipped} stayed: a private subscriber's, or of a group that is gone or still has the offset before it")}.");
            return ExitCode.Done;
        });
    }
}
