namespace PgPubSub.Actors;

/// <summary>Monotonic time for the machines, from when it was made.</summary>
internal sealed class MachineClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_start);
}
