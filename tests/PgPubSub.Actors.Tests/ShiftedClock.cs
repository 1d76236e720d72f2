namespace PgPubSub.Actors.Tests;

/// <summary>The system's clock, put forward by hand.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private TimeSpan _by;

    public void Shift(TimeSpan by) => _by += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _by;
}
