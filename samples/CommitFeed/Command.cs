namespace CommitFeed;

/// <summary>What the program was asked to do.</summary>
internal abstract record Command
{
    private Command() { }

    /// <summary>Show how it is used.</summary>
    public sealed record Help : Command;

    /// <summary>Play the whole story.</summary>
    /// <param name="Events">The fewest events to publish.</param>
    /// <param name="JsonLines">The file to publish; null for a Git history.</param>
    public sealed record Run(int Events, string? JsonLines) : Command;

    /// <summary>Be a member of the group.</summary>
    public sealed record Worker(string Name, string Schema, string Journal) : Command;

    /// <summary>Be a private subscriber.</summary>
    /// <param name="From">The offset to replay from; null to begin with what is published from now on.</param>
    public sealed record Reader(string Name, string Schema, string Journal, long? From) : Command;
}
