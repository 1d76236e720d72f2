namespace PgPubSub.Core.Topics;

/// <summary>What a trim did.</summary>
/// <param name="Floor">The topic's floor now.</param>
/// <param name="Before">Its floor before.</param>
/// <param name="Forced">Events that were taken although a group or a private subscriber had not settled them: the backlog was over its limit.</param>
/// <param name="DeadLetters">Dead letters that were over their age.</param>
public readonly record struct TrimResult(long Floor, long Before, long Forced, long DeadLetters);
