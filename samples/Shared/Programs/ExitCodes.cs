namespace PgPubSub.Samples.Shared.Programs;

/// <summary>What a program ends with.</summary>
internal static class ExitCodes
{
    /// <summary>It saw what it promises.</summary>
    public const int Good = 0;

    /// <summary>A check failed; the lines before the last one name it.</summary>
    public const int CheckFailed = 1;

    /// <summary>An option, the input or the server is not usable; nothing was published.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by a signal.</summary>
    public const int Interrupted = 130;
}
