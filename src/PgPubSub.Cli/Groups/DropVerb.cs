using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Groups;

/// <summary>Drops a group, a pattern's groups or a topic. What is dropped is named by a word, so that nobody drops a topic by forgetting the group.</summary>
internal static class DropVerb
{
    public static Command Create() => new Command("drop", "Drops a group, a pattern group or a topic.") { DropGroup(), DropPattern(), DropTopic() };

    private static Command DropGroup()
    {
        var (topic, group) = (Verb.Topic(), Verb.Group());
        return new Command("group", "Drops a group with its position, what it has out and its retries; its dead letters stay.") { topic, group }.Does(async run =>
        {
            var key = await run.GroupAsync(run.Get(topic), run.Get(group));
            await run.ConfirmAsync($"Drop group '{run.Get(group)}' of topic '{run.Get(topic)}' with its position and retries?");
            await run.Store.Subscriptions.DropGroupAsync(key);
            run.Report.One(new { Topic = run.Get(topic), Group = run.Get(group), Dropped = true }, $"Group '{run.Get(group)}' of topic '{run.Get(topic)}' is dropped.");
            return ExitCode.Done;
        });
    }

    private static Command DropPattern()
    {
        var (pattern, group) = (new Argument<string>("pattern") { Description = "The pattern, for example orders.*" }, Verb.Group());
        return new Command("pattern", "Drops a pattern group, and its group at every topic.") { pattern, group }.Does(async run =>
        {
            Invocation.Require(TopicPattern.Problem(run.Get(pattern)) ?? NameRule.Problem("group", run.Get(group)));
            await run.ConfirmAsync($"Drop group '{run.Get(group)}' of pattern '{run.Get(pattern)}' at every topic, with its positions and retries?");
            if (!await run.Store.Subscriptions.DropPatternAsync(new PatternGroup(TopicPattern.Parse(run.Get(pattern)), run.Get(group))))
                throw CommandException.Absent($"The pattern '{run.Get(pattern)}' has no group '{run.Get(group)}'.");
            run.Report.One(new { Pattern = run.Get(pattern), Group = run.Get(group), Dropped = true }, $"Group '{run.Get(group)}' of pattern '{run.Get(pattern)}' is dropped.");
            return ExitCode.Done;
        });
    }

    private static Command DropTopic()
    {
        var topic = Verb.Topic();
        return new Command("topic", "Drops a topic with its events, groups and dead letters.") { topic }.Does(async run =>
        {
            var status = await run.TopicAsync(run.Get(topic));
            await run.ConfirmAsync($"Drop topic '{status.Name}' with its {status.Tail - status.Floor} events, its groups and its {status.DeadLetters} dead letters?");
            await run.Store.Topics.DropTopicAsync(status.Id, run.Stop);
            run.Stop.ThrowIfCancellationRequested();
            run.Report.One(new { Topic = status.Name, Dropped = true }, $"Topic '{status.Name}' is dropped.");
            return ExitCode.Done;
        });
    }
}
