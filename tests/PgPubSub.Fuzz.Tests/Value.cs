namespace PgPubSub.Fuzz.Tests;

/// <summary>A value to try, under a name that a report can hold.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Make">Makes it for a hub.</param>
internal sealed record Value(string Name, Func<FuzzHub, object?> Make)
{
    public Value(string name, object? value)
        : this(name, _ => value)
    {
    }
}
