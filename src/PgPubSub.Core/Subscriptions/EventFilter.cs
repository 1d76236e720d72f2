using System.Text.Json;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Subscriptions;

/// <summary>
/// Which events a subscription wants; the others count as settled and are never handed out. An event passes where its type is one of the types, if any
/// are named, and every header that is named has the value given.
/// </summary>
public sealed class EventFilter : IEquatable<EventFilter>
{
    private readonly SortedSet<string> _types;
    private readonly SortedDictionary<string, string> _headers;

    /// <summary>Makes a filter.</summary>
    /// <param name="types">The types wanted; empty for any.</param>
    /// <param name="headers">Headers and the values that they must have, compared exactly; null or empty for any.</param>
    public EventFilter(IEnumerable<string> types, IEnumerable<KeyValuePair<string, string>>? headers = null)
    {
        _types = new SortedSet<string>(types, StringComparer.Ordinal);
        _headers = new SortedDictionary<string, string>((headers ?? []).ToDictionary(), StringComparer.Ordinal);
    }

    /// <summary>The types wanted, in ordinal order; empty for any.</summary>
    public IReadOnlyCollection<string> Types => _types;

    /// <summary>The headers wanted, by ordinal order of their names.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers;

    /// <summary>Wants events of some types.</summary>
    /// <param name="types">The types' names.</param>
    /// <returns>The filter.</returns>
    public static EventFilter OfTypes(params IEnumerable<string> types) => new(types);

    /// <summary>Wants events with a header of this value.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="value">Its value.</param>
    /// <returns>The filter.</returns>
    public static EventFilter OfHeader(string name, string value) => new([], [new(name, value)]);

    /// <summary>Says what is wrong with it.</summary>
    /// <returns>A sentence, or null where nothing is wrong.</returns>
    public string? Problem() =>
        _types.Count > 100 || _headers.Count > 100 ? "A filter names more than 100 types or headers."
        : _types.Select(type => NameRule.Problem("filter's type", type))
            .Concat(_headers.Keys.Select(name => NameRule.Problem("filter's header", name)))
            .Concat(_headers.Values.Select(value => value is null ? "The filter's header value is null." : NameRule.TextProblem("filter's header value", value)))
            .FirstOrDefault(problem => problem is not null);

    /// <summary>Whether an event passes.</summary>
    /// <param name="stored">The event.</param>
    /// <returns>True where it does.</returns>
    public bool Passes(StoredEvent stored) =>
        (_types.Count == 0 || _types.Contains(stored.Type))
        && (_headers.Count == 0 || (stored.Headers is { } headers && PassesHeaders(headers.Span)));

    /// <inheritdoc/>
    public bool Equals(EventFilter? other) => other is not null && _types.SetEquals(other._types) && _headers.SequenceEqual(other._headers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EventFilter);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_types.Count, _types.FirstOrDefault(), _headers.Count);

    // Whoever writes into the log by hand may write any JSON there: what are no headers are not those that are wanted.
    private bool PassesHeaders(ReadOnlySpan<byte> json)
    {
        try
        {
            return PassesObject(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    // Headers are a JSON object of strings; the last value of a name that is there twice counts, as it does where headers are read.
    private bool PassesObject(ReadOnlySpan<byte> json)
    {
        var met = new Dictionary<string, bool>(_headers.Count);
        var reader = new Utf8JsonReader(json);
        for (var first = true; reader.Read(); first = false)
        {
            if (first && reader.TokenType is not JsonTokenType.StartObject)
                return false;
            if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                continue;
            var name = reader.GetString()!;
            reader.Read();
            if (_headers.TryGetValue(name, out var wanted))
                met[name] = reader.TokenType is JsonTokenType.String && reader.ValueTextEquals(wanted);
        }

        return met.Count == _headers.Count && met.Values.All(x => x);
    }
}
