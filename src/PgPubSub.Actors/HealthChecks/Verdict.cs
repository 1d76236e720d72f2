using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>How an aspect is, in words that a person can act on, and its figures.</summary>
internal sealed record Verdict(HealthStatus Status, string What, IReadOnlyDictionary<string, object> Facts)
{
    public static Verdict Healthy(string what) => new(HealthStatus.Healthy, what, Nothing);

    public static Verdict Degraded(string what) => new(HealthStatus.Degraded, what, Nothing);

    public static Verdict Unhealthy(string what) => new(HealthStatus.Unhealthy, what, Nothing);

    /// <summary>With a figure; one that is not known is left out.</summary>
    public Verdict With(string name, object? figure) => figure is null ? this : this with { Facts = new Dictionary<string, object>(Facts) { [name] = figure } };

    private static readonly Dictionary<string, object> Nothing = [];
}
