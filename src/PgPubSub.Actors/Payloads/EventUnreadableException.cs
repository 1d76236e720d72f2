using System.Globalization;
using System.Text.Json;

namespace PgPubSub.Actors;

/// <summary>An event's data can't be read as what was wanted. The message names the type and the kind of failure and quotes no data.</summary>
public sealed class EventUnreadableException : Exception
{
    // The cause is not kept: its message may quote data, and whoever logs this would log that too.
    internal EventUnreadableException(string wanted, Exception cause)
        : this(wanted, Kind(cause))
    {
    }

    internal EventUnreadableException(string wanted, string kind)
        : base($"The event can't be read as {wanted}: {kind}.")
    {
    }

    private static string Kind(Exception cause) => cause is JsonException { LineNumber: { } line, BytePositionInLine: { } position }
        ? string.Create(CultureInfo.InvariantCulture, $"{cause.GetType().Name} at line {line + 1}, byte {position + 1}")
        : cause.GetType().Name;
}
