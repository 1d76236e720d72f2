using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;

namespace PgPubSub.Cli.Groups;

/// <summary>Lists groups: where they stand and what they have out.</summary>
internal static class GroupsVerb
{
    public static Command Create()
    {
        var topic = new Option<string?>("--topic") { Description = "Groups of this topic alone", HelpName = "topic" };
        var group = new Option<string?>("--group") { Description = "Groups of this name alone", HelpName = "group" };
        return new Command("groups", "Lists groups: position, lag, in flight, retries, dead letters.") { topic, group }.Does(async run =>
        {
            var (ofTopic, named) = (run.Get(topic), run.Get(group));
            var groups = await run.Store.Subscriptions.ListGroupsAsync(ofTopic, named, run.Stop);
            if (groups.Count == 0 && ofTopic is not null)
                await run.TopicAsync(ofTopic);
            if (groups.Count == 0 && named is not null)
                throw CommandException.Absent(ofTopic is null ? $"No topic has a group '{named}'." : $"The topic '{ofTopic}' has no group '{named}'.");
            run.Report.Rows(
                groups,
                one => new
                {
                    one.Topic, one.Group, one.Position, one.Tail, one.Lag, LagAgeSeconds = one.LagAge?.TotalSeconds, one.InFlight, one.Retrying, one.Dead,
                    one.Paused, one.Pattern,
                },
                "There are no groups.",
                new("topic", one => one.Topic), new("group", one => one.Group), new("position", one => Texts.Number(one.Position), IsNumber: true),
                new("lag", one => Texts.Number(one.Lag), IsNumber: true), new("waiting", one => Texts.Age(one.LagAge), IsNumber: true),
                new("in flight", one => Texts.Number(one.InFlight), IsNumber: true), new("retrying", one => Texts.Number(one.Retrying), IsNumber: true),
                new("dead", one => Texts.Number(one.Dead), IsNumber: true), new("paused", one => Texts.YesNo(one.Paused)));
            return ExitCode.Done;
        });
    }
}
