namespace PgPubSub.Core.Deliveries;

/// <summary>
/// How much to claim ahead of the consumers. It starts with what their windows hold, doubles while a claim is used up at once, and
/// halves when it lasts: fast consumers get large claims, slow ones leave messages to other nodes.
/// </summary>
internal sealed class ClaimPacer
{
    /// <summary>The most that one claim may ask for.</summary>
    public const int Most = 1_000;

    private static readonly TimeSpan UsedUpAtOnce = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Lasted = TimeSpan.FromMilliseconds(500);
    private TimeSpan _filledAt;

    /// <summary>How many messages to hold ahead of the windows.</summary>
    public int Ahead { get; private set; }

    public void Filled(TimeSpan now) => _filledAt = now;

    /// <summary>The next claim is about to be made, and whether nothing is left of the last.</summary>
    public void UsedUp(TimeSpan now, int window, bool whole)
    {
        var took = now - _filledAt;
        if (took < UsedUpAtOnce && whole)
            Ahead = Math.Min(Most, Math.Max(window, Ahead * 2));
        else if (took > Lasted)
            Ahead /= 2;
    }
}
