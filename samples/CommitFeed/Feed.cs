namespace CommitFeed;

/// <summary>The names and numbers that all processes of a run share.</summary>
internal static class Feed
{
    public const string Topic = "commits";

    /// <summary>The group whose members are the two workers.</summary>
    public const string Group = "indexers";

    /// <summary>How many events a worker handles at the same time, and so how many it can hold when it dies.</summary>
    public const int Concurrency = 16;
}
