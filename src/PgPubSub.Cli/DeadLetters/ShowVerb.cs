using System.CommandLine;
using System.Text;
using PgPubSub.Cli.Connections;
using PgPubSub.Cli.Events;
using PgPubSub.Cli.Output;
using PgPubSub.Core.DeadLetters;

namespace PgPubSub.Cli.DeadLetters;

/// <summary>Shows one dead letter with its event: the one verb of these that prints data, since it is asked to.</summary>
internal static class ShowVerb
{
    public static Command Create()
    {
        var (topic, id) = (Verb.Topic(), new Argument<long>("id") { Description = "The dead letter's number" });
        return new Command("show", "Shows a dead letter with its event's data, key and headers.") { topic, id }.Does(async run =>
        {
            var status = await run.TopicAsync(run.Get(topic));
            var found = await run.Store.DeadLetters.ListDeadLettersAsync(new DeadLetterFilter(status.Id) { Id = run.Get(id) }, 0, 1, long.MaxValue, run.Stop);
            if (found.Count == 0)
                throw CommandException.Absent($"The topic '{status.Name}' has no dead letter {run.Get(id)}.");
            run.Report.One(Document(status.Name, found[0]), Lines(status.Name, found[0]));
            return ExitCode.Done;
        });
    }

    private static Dictionary<string, object?> Document(string topic, BuriedEvent one)
    {
        var document = EventText.Document(topic, one.Event);
        foreach (var (name, value) in new (string, object?)[] { ("id", one.Id), ("group", one.Subscriber), ("is_group", one.IsGroup), ("attempts", one.Attempts), ("died_at", one.DiedAt), ("reason", one.Why) })
            document[name] = value;
        return document;
    }

    private static IEnumerable<string> Lines(string topic, BuriedEvent one) =>
    [
        $"topic         {topic}",
        $"id            {one.Id}",
        $"group         {one.Subscriber}{(one.IsGroup ? "" : " (a private subscriber)")}",
        $"offset        {one.Event.Offset}",
        $"event id      {one.Event.Id}",
        $"type          {one.Event.Type}",
        $"key           {one.Event.Key ?? "-"}",
        $"headers       {(one.Event.Headers is { } headers ? Encoding.UTF8.GetString(headers.Span) : "-")}",
        $"published at  {Texts.Moment(one.Event.PublishedAt)}",
        $"attempts      {one.Attempts}",
        $"died at       {Texts.Moment(one.DiedAt)}",
        $"reason        {one.Why}",
        $"data          {EventText.Data(one.Event)}",
    ];
}
