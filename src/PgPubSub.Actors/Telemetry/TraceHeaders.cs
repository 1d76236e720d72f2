using System.Diagnostics;
using System.Text.Json;

namespace PgPubSub.Actors.Telemetry;

/// <summary>
/// The trace context among an event's headers, as <c>traceparent</c> and <c>tracestate</c> (W3C Trace Context, level 1). What an application has set itself stays as it is.
/// </summary>
internal static class TraceHeaders
{
    private const string Parent = "traceparent", State = "tracestate";
    private const int MostState = 512; // what the recommendation has everybody pass on

    /// <summary>Headers with the context, or as they are where there is none to add.</summary>
    public static IReadOnlyDictionary<string, string>? With(IReadOnlyDictionary<string, string>? headers, ActivityContext context)
    {
        if (context.TraceId == default || headers?.Keys.Contains(Parent, StringComparer.OrdinalIgnoreCase) is true)
            return headers;
        var with = headers is null ? [] : new Dictionary<string, string>(headers, StringComparer.Ordinal);
        with[Parent] = $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
        if (context.TraceState is { Length: > 0 and <= MostState } state && !state.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            with.TryAdd(State, state);
        return with;
    }

    /// <summary>Default where the headers (a JSON object in UTF-8) name none, or none that can be read.</summary>
    public static ActivityContext Read(ReadOnlyMemory<byte>? headers)
    {
        if (headers is not { } json)
            return default;
        try
        {
            string? parent = null, state = null;
            var reader = new Utf8JsonReader(json.Span);
            reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var (isParent, isState) = (reader.ValueTextEquals(Parent), reader.ValueTextEquals(State));
                reader.Read();
                if (isParent)
                    parent = reader.GetString();
                else if (isState)
                    state = reader.GetString();
                else
                    reader.Skip();
            }

            return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default; // somebody else wrote them
        }
    }
}
