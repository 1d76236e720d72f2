using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Output;
using PgPubSub.Core.DeadLetters;

namespace PgPubSub.Cli.DeadLetters;

/// <summary>Lists dead letters in the order in which they died, without their events' data.</summary>
internal static class ListVerb
{
    private const int Page = 1_000;
    private const long PageBytes = 8 * 1024 * 1024;

    public static Command Create()
    {
        var (topic, choice) = (Verb.Topic(), new Choice());
        var after = new Option<long>("--after") { Description = "Only numbers above this one", HelpName = "number", DefaultValueFactory = _ => 0 };
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "number", DefaultValueFactory = _ => 100 };
        var command = new Command("list", "Lists dead letters in the order in which they died.") { topic, after, limit };
        choice.Options.ToList().ForEach(command.Add);
        return command.Does(async run =>
        {
            Invocation.Require(run.Get(limit) < 1 ? "--limit must be at least 1." : null);
            choice.Of(run, default); // what is wrong with it is said before anything is asked
            var status = await run.TopicAsync(run.Get(topic));
            var filter = choice.Of(run, status.Id);
            var (found, from) = (new List<BuriedEvent>(), run.Get(after));
            while (found.Count < run.Get(limit))
            {
                var page = await run.Store.DeadLetters.ListDeadLettersAsync(filter, from, Math.Min(Page, run.Get(limit) - found.Count), PageBytes, run.Stop);
                if (page.Count == 0)
                    break;
                found.AddRange(page.Select(one => one with { Event = one.Event with { Data = default } }));
                from = page[^1].Id;
            }

            run.Report.Rows(
                found, one => Document(status.Name, one), "There are no such dead letters.",
                new("id", one => Texts.Number(one.Id), IsNumber: true), new("group", one => one.Subscriber),
                new("offset", one => Texts.Number(one.Event.Offset), IsNumber: true), new("type", one => one.Event.Type),
                new("attempts", one => Texts.Number(one.Attempts), IsNumber: true), new("died at", one => Texts.Moment(one.DiedAt)), new("reason", one => one.Why));
            return ExitCode.Done;
        });
    }

    private static object Document(string topic, BuriedEvent one) => new
    {
        Topic = topic, one.Id, Group = one.Subscriber, one.IsGroup, one.Event.Offset, EventId = one.Event.Id, one.Event.Type, one.Attempts, one.DiedAt, Reason = one.Why,
    };
}
