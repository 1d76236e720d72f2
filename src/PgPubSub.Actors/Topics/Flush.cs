namespace PgPubSub.Actors;

/// <summary>
/// Waits until everything that was published here before is committed, and the subscriptions of this node have handled everything up to there: nothing is in flight, unwritten or waiting
/// for another attempt. A handler that asks for it waits for its own message, and so in vain. Answered with <see cref="Flushed"/> or <see cref="FlushIncomplete"/>.
/// </summary>
/// <param name="Timeout">How long to wait at most: more than 0, at most 1 hour; by default 30 s.</param>
public sealed record Flush(TimeSpan? Timeout = null);

/// <summary>Everything that <see cref="Flush"/> can be answered with.</summary>
public interface IFlushReply;

/// <summary>Everything that was published here before is committed and handled.</summary>
public sealed record Flushed : IFlushReply
{
    internal static readonly Flushed Instance = new();
}

/// <summary>The time is over.</summary>
/// <param name="Waiting">A sentence for everything that is not done yet.</param>
public sealed record FlushIncomplete(IReadOnlyList<string> Waiting) : IFlushReply;
