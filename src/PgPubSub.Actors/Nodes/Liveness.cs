namespace PgPubSub.Actors.Nodes;

/// <summary>
/// Until when this node may hand out: its time-to-live after its last confirmed beat was sent. Subscriptions look at it themselves, so that a process
/// that was frozen for longer hands out nothing in the moment when it wakes, before anybody has told it so.
/// </summary>
internal sealed class Liveness(TimeProvider time, TimeSpan timeToLive)
{
    private long _until = time.GetTimestamp();

    public bool IsAlive => time.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>How long ago the last confirmed beat was sent; without one, the time-to-live and how long this has been there.</summary>
    public TimeSpan SinceConfirmed => timeToLive + time.GetElapsedTime(Volatile.Read(ref _until));

    /// <summary>A beat that was sent this long ago is confirmed. True where the node was not alive before it.</summary>
    public bool Confirm(TimeSpan sentAgo)
    {
        var lapsed = !IsAlive;
        Volatile.Write(ref _until, time.GetTimestamp() + (long)((timeToLive - sentAgo).TotalSeconds * time.TimestampFrequency));
        return lapsed;
    }
}
