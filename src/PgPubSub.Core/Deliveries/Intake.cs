namespace PgPubSub.Core.Deliveries;

/// <summary>The three ways in which messages come to a group on this node: fresh from the log, as retries, and as suspects one at a time.</summary>
internal sealed class Intake(List<DeliveryEffect> effects)
{
    public ClaimDesk Fresh { get; } = new();

    public RetryDesk Retries { get; } = new();

    public SuspectDesk Suspects { get; } = new();

    /// <summary>Whether nothing is being claimed.</summary>
    public bool IsIdle => Fresh.IsIdle && Retries.IsIdle && Suspects.IsIdle;

    /// <summary>A node stands behind the claims, or none does: whatever was under way is over.</summary>
    public void Open(long position)
    {
        Fresh.Open(position);
        Retries.Reset();
        Add(Suspects.Reset());
    }

    /// <summary>The group stands elsewhere from now on. What is under way goes on, and shows by its answer which side it belongs to.</summary>
    public void MoveTo(long position)
    {
        Fresh.MoveTo(position);
        Retries.Wake();
        Suspects.Wake();
    }

    public void WakeRetries(bool suspects)
    {
        Retries.Wake();
        if (suspects)
            Suspects.Wake();
    }

    public void SuspectGranted()
    {
        if (!Suspects.Granted())
            effects.Add(new DeliveryEffect.ReturnPermit());
    }

    /// <summary>Nobody is served: a permit that nothing is out under goes back.</summary>
    public void GiveUp() => Add(Suspects.GiveUp());

    public void SuspectClaimed(long? holding) => Add(Suspects.Claimed(holding));

    public void SuspectFailed(TimeSpan now) => effects.Add(Suspects.Failed(now));

    /// <summary>A holding is over.</summary>
    public void Over(long holding) => Add(Suspects.Over(holding));

    /// <summary>Claims for the consumers; where they are not served, only finds out what became of a claim whose answer was lost.</summary>
    public void Claim(HandOuts handOuts, bool serves, TimeSpan now)
    {
        // Fresh messages take every place that comes free: a retry is claimed while all are taken, and is next.
        var (free, window) = serves ? (handOuts.Consumers.Free, handOuts.Consumers.Window) : (0, 0);
        var room = window - handOuts.WaitingAgain;
        Add(Retries.Next(room, now));
        Add(Suspects.Next(Suspects.IsExpected ? free : room, now));
        Add(Fresh.Next(handOuts.Waiting, free, window, now));
    }

    private void Add(DeliveryEffect? effect)
    {
        if (effect is not null)
            effects.Add(effect);
    }
}
