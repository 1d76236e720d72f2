using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Topics;

/// <summary>Lists topics, and clears one.</summary>
internal static class TopicsVerb
{
    public static Command Create()
    {
        var topic = new Option<string?>("--topic") { Description = "This topic alone", HelpName = "topic" };
        return new Command("topics", "Lists topics.") { topic, Clear() }.Does(async run =>
        {
            IReadOnlyList<TopicStatus> topics = run.Get(topic) is { } name ? [await run.TopicAsync(name)] : await run.Store.Topics.ListTopicsAsync(null, run.Stop);
            run.Report.Rows(
                topics,
                one => new
                {
                    Topic = one.Name, Events = one.Tail - one.Floor, one.Floor, one.Tail, one.DeadLetters, Retention = RetentionVerb.Document(one.Retention),
                },
                "There are no topics.",
                new("topic", one => one.Name), new("events", one => Texts.Number(one.Tail - one.Floor), IsNumber: true),
                new("floor", one => Texts.Number(one.Floor), IsNumber: true), new("tail", one => Texts.Number(one.Tail), IsNumber: true),
                new("dead", one => Texts.Number(one.DeadLetters), IsNumber: true), new("keeps", one => Texts.Limit(one.Retention.Count), IsNumber: true),
                new("for", one => Texts.Limit(one.Retention.Age), IsNumber: true));
            return ExitCode.Done;
        });
    }

    private static Command Clear()
    {
        var topic = Verb.Topic();
        return new Command("clear", "Deletes all events of a topic, settled or not; its offsets go on.") { topic }.Does(async run =>
        {
            var status = await run.TopicAsync(run.Get(topic));
            await run.ConfirmAsync($"Delete the {status.Tail - status.Floor} events of topic '{status.Name}', settled or not?");
            var floor = await run.Store.Topics.ClearTopicAsync(status.Id, run.Stop);
            run.Stop.ThrowIfCancellationRequested();
            run.Report.One(new { Topic = status.Name, Floor = floor }, $"Topic '{status.Name}' is empty; its next event gets offset {floor}.");
            return ExitCode.Done;
        });
    }
}
