namespace PgPubSub.Cli.Top;

/// <summary>What is to be seen now.</summary>
/// <param name="Board">What the last looks showed that succeeded.</param>
/// <param name="Age">How long ago the last of them was.</param>
/// <param name="Trouble">Why there is nothing newer, in a sentence; null where that is new.</param>
internal sealed record Sight(Board Board, TimeSpan Age, string? Trouble);

/// <summary>Where it is shown.</summary>
internal interface IDisplay
{
    /// <summary>A look has ended, well or not.</summary>
    void Show(Sight sight);

    /// <summary>No look has ended, but what is seen may have another size or another age.</summary>
    void Refresh(Sight sight);
}
