namespace PgPubSub.Shared.Clocks;

/// <summary>The system's clock, never twice at the same moment, and put forward by hand.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private readonly Lock _gate = new();
    private TimeSpan _shift;
    private DateTimeOffset _last;

    public void Advance(TimeSpan by)
    {
        lock (_gate)
            _shift += by;
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            var now = System.GetUtcNow() + _shift;
            return _last = now > _last ? now : _last.AddTicks(1);
        }
    }
}
