using System.Text.Json;

namespace CommandLineFeed;

/// <summary>A line that a process printed: an event, and when it was seen.</summary>
/// <param name="At">When, in the clock of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Attempt">Which attempt it was; 1 where the process is no member of a group.</param>
internal sealed record Printed(long At, Guid Id, long Offset, int Attempt)
{
    public static Printed Read(long at, string line)
    {
        var document = JsonElement.Parse(line);
        return new Printed(
            at, document.GetProperty("event_id").GetGuid(), document.GetProperty("offset").GetInt64(), document.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 1);
    }
}
