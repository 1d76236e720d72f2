using System.Text;
using PgPubSub.Cli.Output;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Events;

/// <summary>An event as people and scripts see it. The document is what <see cref="EventLine"/> reads again.</summary>
internal static class EventText
{
    /// <summary>The document; JSON data goes out as it came but for white space, opaque bytes as base64 with their content type.</summary>
    public static Dictionary<string, object?> Document(string topic, StoredEvent stored)
    {
        var document = new Dictionary<string, object?>
        {
            ["topic"] = topic, ["offset"] = stored.Offset, ["event_id"] = stored.Id, ["published_at"] = stored.PublishedAt, ["type"] = stored.Type, ["key"] = stored.Key,
            ["headers"] = stored.Headers is { } headers ? new GivenJson(headers) : null,
        };
        if (stored.ContentType is null)
            document["data"] = new GivenJson(stored.Data);
        else
            (document["content_type"], document["body_base64"]) = (stored.ContentType, Convert.ToBase64String(stored.Data.Span));
        return document;
    }

    /// <summary>A line for people.</summary>
    public static string Line(StoredEvent stored) =>
        $"{stored.Offset}  {Texts.Moment(stored.PublishedAt)}  {stored.Type}  {stored.Key ?? "-"}  {Data(stored)}";

    /// <summary>What people see of the data: JSON as it is, a count of opaque bytes.</summary>
    public static string Data(StoredEvent stored) =>
        stored.ContentType is null ? Encoding.UTF8.GetString(stored.Data.Span) : $"({stored.Data.Length} bytes of {stored.ContentType})";
}
