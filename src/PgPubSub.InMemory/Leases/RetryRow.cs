using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Leases;

/// <summary>A message that waits for another attempt, or has been claimed for it.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="Attempts">Hand-outs that count so far.</param>
/// <param name="Deaths">How many nodes died while they held it.</param>
/// <param name="SetAt">When it began to wait.</param>
/// <param name="Wait">How long it waits from then on until it may be claimed.</param>
/// <param name="Copy">Its event, where it was redriven: the log may have it no more.</param>
internal sealed record RetryRow(long Offset, int Attempts, int Deaths, DateTimeOffset SetAt, TimeSpan Wait, StoredEvent? Copy)
{
    /// <summary>When it may be claimed.</summary>
    public DateTimeOffset DueAt => SetAt + Wait;

    /// <summary>The node that claimed it; null while nobody has.</summary>
    public Guid? Node { get; init; }

    /// <summary>The claim's token.</summary>
    public Guid? Token { get; init; }

    /// <summary>Whether it is out as the one suspect of its node.</summary>
    public bool Suspect { get; init; }

    /// <summary>Whether a claim under this name and token holds it.</summary>
    public bool IsHeld(Guid node, Guid token) => Node == node && Token == token;

    /// <summary>Whether it may be what kills nodes: it was there at two deaths, or at one and its next attempt is its last.</summary>
    public bool MayKill(int maxAttempts) => Deaths >= 2 || (Deaths == 1 && maxAttempts > 0 && Attempts + 1 >= maxAttempts);
}
