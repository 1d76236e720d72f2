namespace PgPubSub.Core.Deliveries;

/// <summary>
/// How much to claim ahead of the consumers: as much as they took in the last moment before they asked for more. It starts with nothing beyond their windows and grows at most
/// twofold with each claim: fast consumers get large claims, slow ones leave messages to other nodes.
/// </summary>
internal sealed class ClaimPacer
{
    /// <summary>The most that one claim may ask for.</summary>
    public const int Most = 1_000;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
    private TimeSpan _asked;
    private int _had;

    /// <summary>How many messages to hold ahead of the windows.</summary>
    public int Ahead { get; private set; }

    /// <summary>A claim is about to be made.</summary>
    /// <param name="now">When.</param>
    /// <param name="window">What the consumers hold at most.</param>
    /// <param name="waiting">How many messages nobody has yet.</param>
    public void Ask(TimeSpan now, int window, int waiting)
    {
        var took = now - _asked;
        var pace = took > TimeSpan.Zero ? (_had - waiting) * (Moment / took) : Most;
        Ahead = (int)Math.Clamp(pace, 0, Math.Min(Most, Math.Max(window, 2 * Ahead)));
        (_asked, _had) = (now, waiting);
    }

    /// <summary>The claim brought so many.</summary>
    public void Got(int count) => _had += count;
}
