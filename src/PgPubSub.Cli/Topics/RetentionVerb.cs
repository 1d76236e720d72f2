using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Input;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Topics;

/// <summary>Shows and sets what is kept of a topic.</summary>
internal static class RetentionVerb
{
    public static Command Create() => new Command("retention", "Shows or sets what is kept of a topic.") { Show(), Set() };

    /// <summary>A retention as a script reads it; null is no limit.</summary>
    public static object Document(Retention retention) => new
    {
        retention.Count, AgeSeconds = retention.Age?.TotalSeconds, retention.MaxBacklogEvents, MaxBacklogAgeSeconds = retention.MaxBacklogAge?.TotalSeconds,
        DeadLetterAgeSeconds = retention.DeadLetterAge?.TotalSeconds,
    };

    private static Command Show()
    {
        var topic = Verb.Topic();
        return new Command("show", "Shows what is kept of a topic.") { topic }.Does(async run =>
        {
            Tell(run, await run.TopicAsync(run.Get(topic)));
            return ExitCode.Done;
        });
    }

    private static Command Set()
    {
        var topic = Verb.Topic();
        var count = Limit("--count", "number", "How many of the newest settled events are kept, or none: no limit");
        var age = Limit("--age", "duration", "How old a settled event may become, for example 7d, or none");
        var backlog = Limit("--max-backlog-events", "number", "How many events may wait for the slowest group before the oldest are lost to it, or none");
        var backlogAge = Limit("--max-backlog-age", "duration", "How old an event that waits for a group may become, or none");
        var deadLetterAge = Limit("--dead-letter-age", "duration", "How long dead letters are kept, or none");
        return new Command("set", "Sets what is kept of a topic; limits that aren't given stay as they are.") { topic, count, age, backlog, backlogAge, deadLetterAge }.Does(async run =>
        {
            if (new[] { count, age, backlog, backlogAge, deadLetterAge }.All(option => run.Get(option) is null))
                throw CommandException.Usage("Nothing is to be set: give --count, --age, --max-backlog-events, --max-backlog-age or --dead-letter-age.");
            var changes = new List<Func<Retention, Retention>>();
            Add(count, Limits.Count, value => was => was with { Count = value });
            Add(age, Limits.Time, value => was => was with { Age = value });
            Add(backlog, Limits.Count, value => was => was with { MaxBacklogEvents = value });
            Add(backlogAge, Limits.Time, value => was => was with { MaxBacklogAge = value });
            Add(deadLetterAge, Limits.Time, value => was => was with { DeadLetterAge = value });
            Invocation.Require(Problem(changes.Aggregate(new Retention(), (was, change) => change(was))));
            var status = await run.TopicAsync(run.Get(topic));
            var retention = changes.Aggregate(status.Retention, (was, change) => change(was));
            await run.ConfirmAsync($"Change what is kept of topic '{status.Name}'? What is over its limits goes with the next trim.");
            await run.Store.Topics.AlterTopicAsync(status.Id, retention);
            Tell(run, status with { Retention = retention });
            return ExitCode.Done;

            void Add<T>(Option<string?> option, Func<string, string, T> parse, Func<T, Func<Retention, Retention>> change)
            {
                if (run.Get(option) is { } text)
                    changes.Add(change(parse(option.Name, text)));
            }
        });
    }

    private static string? Problem(Retention limits) => limits.Problems() is [var first, ..] ? first : null;

    private static Option<string?> Limit(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static void Tell(Invocation run, TopicStatus topic) => run.Report.One(
        new { Topic = topic.Name, Retention = Document(topic.Retention) },
        $"topic               {topic.Name}",
        $"count               {Texts.Limit(topic.Retention.Count)}",
        $"age                 {Texts.Limit(topic.Retention.Age)}",
        $"max backlog events  {Texts.Limit(topic.Retention.MaxBacklogEvents)}",
        $"max backlog age     {Texts.Limit(topic.Retention.MaxBacklogAge)}",
        $"dead letter age     {Texts.Limit(topic.Retention.DeadLetterAge)}");
}
