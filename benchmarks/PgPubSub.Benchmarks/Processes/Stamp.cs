using System.Diagnostics;
using System.Text;
using PgPubSub.Actors;

namespace PgPubSub.Benchmarks.Processes;

/// <summary>
/// An event that says when it was published, by the machine's monotonic clock, which all its processes share (CLOCK_MONOTONIC on Linux, mach_absolute_time on macOS).
/// </summary>
internal static class Stamp
{
    private const int Digits = 20;

    // As long as every other figure's payload.
    private static readonly string Filler = new('.', Labs.Payload.Utf8.Length - Digits - """{"t":"","f":""}""".Length);

    public static EventBytes Now() => new(Encoding.UTF8.GetBytes($$"""{"t":"{{Stopwatch.GetTimestamp():D20}}","f":"{{Filler}}"}"""), "application/json");

    /// <summary>How long ago it was published.</summary>
    public static TimeSpan Age(Delivery delivery) => Stopwatch.GetElapsedTime(long.Parse(delivery.Bytes.Span.Slice(6, Digits)));
}
