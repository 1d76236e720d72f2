using PgPubSub.Samples.Shared.Input;

namespace CommitFeed.Input;

/// <summary>What is published: some events, repeated as a whole until there are enough.</summary>
/// <param name="Description">Where they come from, in one line.</param>
/// <param name="Events">One round of them; at least one.</param>
/// <param name="Rounds">How often they are published.</param>
internal sealed record FeedInput(string Description, IReadOnlyList<FeedEvent> Events, int Rounds)
{
    public int Count => Events.Count * Rounds;

    public FeedEvent this[int index] => Events[index % Events.Count];

    /// <summary>A file where one is named, else the Git history around a folder, else the recorded one.</summary>
    /// <exception cref="InputException">The file is not usable.</exception>
    public static async Task<FeedInput> ReadAsync(Command.Run command, string folder, CancellationToken cancel)
    {
        if (command.JsonLines is { } path)
            return Repeat($"the JSON lines of {path}", await JsonLines.ReadAsync(path, cancel), command.Events);

        var history = await CommitHistory.ReadAsync(folder, command.Events, cancel);
        return Repeat(history.Description, [.. history.Commits.Select(FeedEvent.Of)], command.Events);
    }

    private static FeedInput Repeat(string description, IReadOnlyList<FeedEvent> events, int fewest) =>
        new(description, events, (fewest + events.Count - 1) / events.Count);
}
