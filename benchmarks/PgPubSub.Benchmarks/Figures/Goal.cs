using System.Globalization;

namespace PgPubSub.Benchmarks.Figures;

/// <summary>A bound for a ratio to the floor, or for the value itself.</summary>
internal sealed record Goal
{
    private readonly double _bound;
    private readonly bool _atLeast;

    private Goal(double bound, bool atLeast, bool isRatio) => (_bound, _atLeast, IsRatio) = (bound, atLeast, isRatio);

    /// <summary>Whether the ratio is meant.</summary>
    public bool IsRatio { get; }

    public static Goal RatioAtLeast(double bound) => new(bound, atLeast: true, isRatio: true);

    public static Goal RatioAtMost(double bound) => new(bound, atLeast: false, isRatio: true);

    public static Goal AtLeast(double bound) => new(bound, atLeast: true, isRatio: false);

    public static Goal AtMost(double bound) => new(bound, atLeast: false, isRatio: false);

    public bool IsMet(double measured) => _atLeast ? measured >= _bound : measured <= _bound;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(_atLeast ? "at least" : "at most")} {_bound:#,0.##}{(IsRatio ? " x floor" : "")}");
}
