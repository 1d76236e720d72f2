namespace PgPubSub.Shared.Clocks;

/// <summary>A clock that stands still until a spec moves it.</summary>
public sealed class HandClock : TimeProvider
{
    private long _ticks, _now = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>The time of day; setting it lets no time pass.</summary>
    public DateTimeOffset Now
    {
        get => new(Volatile.Read(ref _now), TimeSpan.Zero);
        set => Volatile.Write(ref _now, value.UtcTicks);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Lets so much time pass.</summary>
    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref _ticks, by.Ticks);
        Interlocked.Add(ref _now, by.Ticks);
    }

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Now;
}
