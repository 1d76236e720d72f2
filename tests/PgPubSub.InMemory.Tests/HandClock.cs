namespace PgPubSub.InMemory.Tests;

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class HandClock : TimeProvider
{
    private DateTimeOffset _now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public void Advance(TimeSpan by) => _now += by;

    public override DateTimeOffset GetUtcNow() => _now;
}
