namespace PgPubSub.Samples.Shared.Input;

/// <summary>Some commits: the Git history around a folder or, where there is none, the recorded one.</summary>
/// <param name="Description">Where they come from, in one line.</param>
/// <param name="Commits">At least one, oldest first.</param>
internal sealed record CommitHistory(string Description, IReadOnlyList<Commit> Commits)
{
    /// <summary>Reads at most so many commits, the newest.</summary>
    public static async Task<CommitHistory> ReadAsync(string folder, int most, CancellationToken cancel)
    {
        var history = await GitHistory.ReadAsync(folder, most, cancel);
        return history.Commits.Count > 0
            ? new($"the Git history of {history.Root}", history.Commits)
            : new($"a recorded history, since {history.Missing}", RecordedHistory.Read());
    }
}
