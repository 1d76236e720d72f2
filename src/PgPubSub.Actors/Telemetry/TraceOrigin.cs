using System.Diagnostics;

namespace PgPubSub.Actors.Telemetry;

/// <summary>The span in which a request was made, kept from there to the actor that carries it out. It is no part of what a request says: two requests don't differ by it.</summary>
internal readonly struct TraceOrigin : IEquatable<TraceOrigin>
{
    private readonly Activity? _span;

    private TraceOrigin(Activity? span) => _span = span;

    /// <summary>Where the caller is.</summary>
    public static TraceOrigin Here => new(Activity.Current);

    /// <summary>Default where there was no span, or one that W3C's format can't name.</summary>
    public ActivityContext Context => _span is { IdFormat: ActivityIdFormat.W3C } span ? span.Context : default;

    public bool Equals(TraceOrigin other) => true;

    public override bool Equals(object? obj) => obj is TraceOrigin;

    public override int GetHashCode() => 0;
}
