using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Events;
using PgPubSub.Cli.Input;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Consuming;

/// <summary>A group's member that prints and acks: for trying things out.</summary>
internal static class ConsumeVerb
{
    private const int MostBatch = 1_000;

    public static Command Create()
    {
        var (topic, group) = (Verb.Topic(), Verb.Group());
        var create = new Option<bool>("--create") { Description = "Make the group where it is not there" };
        var from = new Option<string?>("--from") { Description = "Where a group that is made begins: earliest, latest, an offset, or a time [default: earliest]", HelpName = "place" };
        var noFollow = new Option<bool>("--no-follow") { Description = "End when nothing more is there to claim" };
        var limit = new Option<long?>("--limit") { Description = "End after so many messages", HelpName = "number" };
        var batch = new Option<int>("--batch") { Description = "Messages to claim at a time", HelpName = "number", DefaultValueFactory = _ => 100 };
        return new Command("consume", "Joins a group as a member that prints each message and acks it.") { topic, group, create, from, noFollow, limit, batch }.Does(async run =>
        {
            var (place, limits) = (run.Get(from) is { } text ? StartText.Parse(from.Name, text) : null, new ConsumeLimits(!run.Get(noFollow), run.Get(limit), run.Get(batch)));
            Invocation.Require(limits.Events < 1 ? "--limit must be at least 1." : limits.Batch is < 1 or > MostBatch ? $"--batch must be between 1 and {MostBatch}." : null);
            Invocation.Require(place is not null && !run.Get(create) ? "--from says where a group that is made begins: it needs --create." : null);
            var (topicName, groupName) = (run.Get(topic), run.Get(group));
            var state = await StateAsync(run, topicName, groupName, run.Get(create) ? place ?? StartFrom.Earliest : null);
            var name = $"pgpubsub consume, process {Environment.ProcessId} on {Environment.MachineName}";
            await using var node = new MemberNode(run.Store.Nodes, run.Store.Wakeups, state.Key, name, Verb.Say);
            node.Start();
            var member = new GroupMember(run.Store.Deliveries, run.Store.Subscriptions, node, state, new Printer(run.Report, topicName, groupName), Verb.Say);
            await member.RunAsync(limits, run.Stop);
            return ExitCode.Done;
        });
    }

    private static async Task<GroupState> StateAsync(Invocation run, string topic, string group, StartFrom? forNew)
    {
        if (forNew is not null)
        {
            Invocation.Require(NameRule.Problem("group", group));
            return await run.Store.Subscriptions.EnsureGroupAsync((await run.TopicAsync(topic)).Id, group, forNew, GroupRules.Default, change: false, run.Stop);
        }

        var key = await run.GroupAsync(topic, group);
        return await run.Store.Subscriptions.ReadGroupAsync(key, run.Stop) ?? throw CommandException.Absent($"The topic '{topic}' has no group '{group}'.");
    }

    private sealed class Printer(Report report, string topic, string group) : IConsumer
    {
        public void Take(StoredEvent stored, int attempt) => report.Add(
            () =>
            {
                var document = EventText.Document(topic, stored);
                (document["group"], document["attempt"]) = (group, attempt);
                return document;
            },
            () => attempt == 1 ? EventText.Line(stored) : $"{EventText.Line(stored)}  (attempt {attempt})");

        public void Flush() => report.Flush();
    }
}
