using System.CommandLine;
using System.Text;
using System.Text.Json;
using PgPubSub.Cli.Connections;
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

    // JSON goes out as it came; opaque bytes as base64 with their content type.
    private static object Document(string topic, BuriedEvent one) => new
    {
        Topic = topic, one.Id, Group = one.Subscriber, one.IsGroup, one.Event.Offset, EventId = one.Event.Id, one.Event.Type, one.Event.Key,
        Headers = one.Event.Headers is { } headers ? Json(headers) : default(JsonElement?),
        Data = one.Event.ContentType is null ? Json(one.Event.Data) : default(JsonElement?), one.Event.ContentType,
        BodyBase64 = one.Event.ContentType is null ? null : Convert.ToBase64String(one.Event.Data.Span),
        one.Event.PublishedAt, one.Attempts, one.DiedAt, Reason = one.Why,
    };

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
        one.Event.ContentType is null ? $"data          {Encoding.UTF8.GetString(one.Event.Data.Span)}" : $"body          {one.Event.Data.Length} bytes of {one.Event.ContentType}",
    ];

    private static JsonElement Json(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Report.MostDepth });
        return document.RootElement.Clone();
    }
}
