using System.Diagnostics;
using PgPubSub.Core.Faults;

namespace PgPubSub.Actors.Telemetry;

/// <summary>How long calls of one kind take, and how many messages each had.</summary>
internal sealed class CallTelemetry(Operation operation, KeyValuePair<string, object?>[] owner)
{
    private readonly KeyValuePair<string, object?>[] _tags = owner.And(Attributes.Operation, operation.Name);

    /// <summary>A call begins: what to say when it ends. 0 where nobody listens.</summary>
    public static long Begin() => Instruments.Duration is { Enabled: true } ? Stopwatch.GetTimestamp() : 0;

    /// <summary>It ended, with so many messages.</summary>
    /// <param name="began">What <see cref="Begin"/> said.</param>
    /// <param name="messages">How many messages it had.</param>
    public void End(long began, int messages)
    {
        Record(began, _tags);
        if (messages > 0)
            Meters.Record(Instruments.BatchSize, messages, _tags);
    }

    /// <summary>It failed.</summary>
    public void Failed(long began, FaultKind kind) => Record(began, _tags.And(Attributes.ErrorType, kind.ToString()));

    private static void Record(long began, KeyValuePair<string, object?>[] tags)
    {
        if (began != 0)
            Meters.Record(Instruments.Duration, Stopwatch.GetElapsedTime(began).TotalSeconds, tags);
    }
}
