using System.Text.Json;
using System.Text.Unicode;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Log;

/// <summary>Refuses what a database refuses, so that nothing passes here that fails there.</summary>
internal static class EventCheck
{
    // Deeper than anything sensible; PostgreSQL with its default max_stack_depth gives up in the same region.
    private const int DeepestJson = 5_000;

    public static void Require(IReadOnlyList<NewEvent> events)
    {
        foreach (var e in events)
        {
            if (!IsText(e.Type) || !IsText(e.Key) || !IsText(e.ContentType))
                throw new StoreException(FaultKind.Refused, "A text has a zero character or a lone surrogate.");
            if ((e.ContentType is null && !IsJson(e.Data.Span)) || (e.Headers is { } headers && !IsJson(headers.Span)))
                throw new StoreException(FaultKind.Refused, "An event's data or headers are not JSON.");
        }
    }

    private static bool IsText(string? text) => text is null || (!text.Contains('\0', StringComparison.Ordinal) && NameRule.TextProblem("text", text) is null);

    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = DeepestJson });
            while (reader.Read())
                continue;
            return Utf8.IsValid(data);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
