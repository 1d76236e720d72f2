namespace PgPubSub.Benchmarks.Figures;

/// <summary>One measurement of one figure.</summary>
/// <param name="Name">The figure's name.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">What the library reached.</param>
/// <param name="Floor">What it is compared with, in the same unit; null where the goal is absolute.</param>
/// <param name="Goal">What is to be reached; null where it stands beside another for comparison.</param>
/// <param name="Seconds">How long the library was measured.</param>
internal sealed record Reading(string Name, string Unit, double Value, double? Floor, Goal? Goal, double Seconds)
{
    /// <summary>Bytes of an event's payload; a mean where they differ.</summary>
    public int PayloadBytes { get; init; } = Labs.Payload.Utf8.Length;

    /// <summary>The library's value as a multiple of the floor's.</summary>
    public double? Ratio => Value / Floor;

    /// <summary>Whether the goal is reached; null where there is none.</summary>
    public bool? IsMet => Goal?.IsMet(Goal.IsRatio ? Ratio!.Value : Value);
}
