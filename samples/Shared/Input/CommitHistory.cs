namespace PgPubSub.Samples.Shared.Input;

/// <summary>Some commits: the Git history around a folder or, where there is none, the recorded one.</summary>
/// <param name="Description">Where they come from, in one line.</param>
/// <param name="Commits">At least one, oldest first.</param>
internal sealed record CommitHistory(string Description, IReadOnlyList<Commit> Commits)
{
    /// <summary>Reads at most so many commits, the newest; the recorded ones where they are of fewer authors than are needed.</summary>
    public static async Task<CommitHistory> ReadAsync(string folder, int most, CancellationToken cancel, int leastAuthors = 1)
    {
        var history = await GitHistory.ReadAsync(folder, most, cancel);
        var authors = history.Commits.DistinctBy(commit => commit.Author).Count();
        return history.Missing is null && authors >= leastAuthors
            ? new($"the Git history of {history.Root}", history.Commits)
            : new($"a recorded history, since {history.Missing ?? $"that of {history.Root} has fewer than {leastAuthors} authors"}", RecordedHistory.Read());
    }
}
