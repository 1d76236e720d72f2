namespace PgPubSub.Postgres.Tests;

/// <summary>A clock that a spec moves.</summary>
internal sealed class SetClock : TimeProvider
{
    private long _stamp = 1;

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => (_stamp, Now) = (_stamp + by.Ticks, Now + by);

    public override long GetTimestamp() => _stamp;

    public override DateTimeOffset GetUtcNow() => Now;
}
