using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>Something that is measured, and what it is compared with.</summary>
internal interface IFigure
{
    /// <summary>The name by which it is asked for; the names of what it tells begin with it.</summary>
    string Name { get; }

    /// <summary>Why it can't be measured here, or null.</summary>
    string? Obstacle => null;

    /// <summary>Measures both sides once, one after the other.</summary>
    /// <exception cref="CheckFailedException">What happened is not what was to be measured.</exception>
    Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench);
}
