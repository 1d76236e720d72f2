namespace PgPubSub.Core.DeadLetters;

/// <summary>What one step of a redrive or purge did.</summary>
/// <param name="Done">How many dead letters it redrove or deleted.</param>
/// <param name="Skipped">How many met the filter and stayed: a private subscriber's, those of a group that is gone, and those whose offset the group has in hand or still before it.</param>
/// <param name="Next">The offset (of a redrive) or number (of a purge) that the next step begins with; null where nothing is left.</param>
public readonly record struct DeadLetterStep(int Done, int Skipped, long? Next);
