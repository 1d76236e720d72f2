namespace PgPubSub.Core.Faults;

/// <summary>Waits longer after each failure: doubled from the first wait up to the longest.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan most)
{
    private int _failures;

    /// <summary>For calls of the store: 50 ms, doubled up to 1 s, so that no node waits longer for a database that is back.</summary>
    public static Backoff OfStore() => new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));

    /// <summary>The end of the wait, or null while nothing fails.</summary>
    public TimeSpan? Until { get; private set; }

    public void Fail(TimeSpan now)
    {
        var wait = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)), most.TotalMilliseconds);
        Until = now + TimeSpan.FromMilliseconds(wait);
    }

    public void Clear() => (_failures, Until) = (0, null);

    /// <summary>Whether the wait still lasts; once it is over it is forgotten, the failures are not.</summary>
    public bool Waits(TimeSpan now)
    {
        if (Until <= now)
            Until = null;
        return Until is not null;
    }
}
