namespace CommitFeed;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Everything that was published was seen, once and in order, and the takeover was quick.</summary>
    public const int Good = 0;

    /// <summary>A check failed; the lines before the last one name it.</summary>
    public const int CheckFailed = 1;

    /// <summary>An option, the input or the server is not usable; nothing was published.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by a signal.</summary>
    public const int Interrupted = 130;
}
