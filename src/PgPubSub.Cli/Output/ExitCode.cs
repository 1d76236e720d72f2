namespace PgPubSub.Cli.Output;

/// <summary>What the process tells its caller; docs/cli.md lists the same numbers.</summary>
internal static class ExitCode
{
    /// <summary>Done, and nothing is wrong.</summary>
    public const int Done = 0;

    /// <summary>The command looked and found something wrong, or whoever was asked said no.</summary>
    public const int Found = 1;

    /// <summary>The command line is not understood, or lacks something.</summary>
    public const int Usage = 2;

    /// <summary>The server can't be reached now, or it, the database or the schema is not usable, or standard output takes no more.</summary>
    public const int Unusable = 3;

    /// <summary>The topic, group or dead letter is not there.</summary>
    public const int Absent = 4;

    /// <summary>The server refuses the role, its password or what it wants to do.</summary>
    public const int Refused = 5;

    /// <summary>The connection was lost at a moment where it may have been done or not.</summary>
    public const int Unknown = 6;

    /// <summary>A bug of this program.</summary>
    public const int Bug = 70;

    /// <summary>Stopped by Ctrl-C or a signal.</summary>
    public const int Interrupted = 130;
}
