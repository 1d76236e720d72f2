using System.Text.Json;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Postgres.Subscriptions;

/// <summary>A filter as it is stored: JSON with everything in ordinal order, so that equal filters are equal texts.</summary>
internal static class FilterText
{
    private sealed record Stored(string[] Types, SortedDictionary<string, string> Headers);

    public static string? Write(EventFilter? filter) => filter is null
        ? null
        : JsonSerializer.Serialize(new Stored([.. filter.Types], new SortedDictionary<string, string>(filter.Headers.ToDictionary(), StringComparer.Ordinal)));

    public static EventFilter Read(string text)
    {
        var stored = JsonSerializer.Deserialize<Stored>(text)!;
        return new EventFilter(stored.Types, stored.Headers);
    }
}
