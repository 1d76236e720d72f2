using System.CommandLine;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Events;
using PgPubSub.Cli.Input;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Waiting;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Tailing;

/// <summary>Prints a topic's events, as they come or from a place in its history. Nothing of it is stored, no group moves.</summary>
internal static class TailVerb
{
    public static Command Create()
    {
        var topic = Verb.Topic();
        var from = new Option<string>("--from") { Description = "earliest, latest, an offset, or a time (UTC unless it says)", HelpName = "place", DefaultValueFactory = _ => "latest" };
        var noFollow = new Option<bool>("--no-follow") { Description = "End with what is there now" };
        var limit = new Option<long?>("--limit") { Description = "End after so many events", HelpName = "number" };
        var type = new Option<string[]>("--type") { Description = "Events of this type alone; may be given again", HelpName = "name" };
        var key = new Option<string?>("--key") { Description = "Events of this key alone", HelpName = "key" };
        var header = new Option<string[]>("--header") { Description = "Events with this header alone; may be given again", HelpName = "name=value" };
        return new Command("tail", "Prints a topic's events as they come, or from an offset or a time on.") { topic, from, noFollow, limit, type, key, header }.Does(async run =>
        {
            var (place, filter, most) = (StartText.Parse(from.Name, run.Get(from)), Filter(run.Get(type), run.Get(header)), run.Get(limit));
            Invocation.Require(most < 1 ? "--limit must be at least 1." : null);
            var (status, wantedKey) = (await run.TopicAsync(run.Get(topic)), run.Get(key));
            var follower = new LogFollower(run.Store.Log, status.Name, new TopicState(status.Id, status.Floor, status.Tail), Verb.Say);
            await using var wakeups = run.Get(noFollow) ? null : new Wakeups(run.Store.Wakeups, Guid.CreateVersion7(), status.Id, follower.Wake);
            var printed = 0L;
            await foreach (var page in follower.PagesAsync(place, !run.Get(noFollow), run.Stop))
            {
                foreach (var stored in page)
                {
                    if ((wantedKey is not null && stored.Key != wantedKey) || !filter.Passes(stored))
                        continue;
                    run.Report.Add(() => EventText.Document(status.Name, stored), () => EventText.Line(stored));
                    if (++printed == most)
                        return ExitCode.Done;
                }

                run.Report.Flush();
            }

            return ExitCode.Done;
        });
    }

    private static EventFilter Filter(string[]? types, string[]? headers)
    {
        var filter = new EventFilter(types ?? [], NamedValue.Parse("--header", headers ?? []));
        Invocation.Require(filter.Problem());
        return filter;
    }
}
