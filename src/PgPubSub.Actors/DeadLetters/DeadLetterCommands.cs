using PgPubSub.Actors.Operations;

namespace PgPubSub.Actors;

/// <summary>Names some dead letters of a topic: those that meet all that is set.</summary>
/// <param name="Subscriber">Those of this group, or of the private subscriber with this name.</param>
/// <param name="Type">Those whose event has this type.</param>
/// <param name="DiedFrom">Those that died at this moment or after, by the database's clock.</param>
/// <param name="DiedBefore">Those that died before this moment.</param>
/// <param name="Id">The one with this number alone.</param>
public sealed record DeadLettersWhere(
    string? Subscriber = null, string? Type = null, DateTimeOffset? DiedFrom = null, DateTimeOffset? DiedBefore = null, long? Id = null);

/// <summary>Reads dead letters, a page at a time. Answered with <see cref="DeadLetterPage"/> or <see cref="ListRefused"/>.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Where">Which; null for all.</param>
/// <param name="After">Only larger numbers: 0 for the first page, then the last number of the page before.</param>
/// <param name="Most">How many at most, from 1 to 1,000; a page also ends at 8 MiB of data.</param>
public sealed record ListDeadLetters(string Topic, DeadLettersWhere? Where = null, long After = 0, int Most = 100) : ITopicOperation;

/// <summary>
/// Gives dead letters back to their groups, in the order of their offsets, with all attempts before them; the groups' positions are not touched, and it does not matter whether the
/// log still keeps the events. One stays where its group is gone or it was a private subscriber's, and where the group, after a seek, has that offset in hand or still before it.
/// Answered with <see cref="DeadLettersRedriven"/> or <see cref="DeadLettersRefused"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Where">Which; null for all.</param>
public sealed record RedriveDeadLetters(string Topic, DeadLettersWhere? Where = null) : ITopicOperation;

/// <summary>Deletes dead letters. Answered with <see cref="DeadLettersPurged"/> or <see cref="DeadLettersRefused"/>.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Where">Which; null for all.</param>
public sealed record PurgeDeadLetters(string Topic, DeadLettersWhere? Where = null) : ITopicOperation;

/// <summary>Everything that <see cref="RedriveDeadLetters"/> and <see cref="PurgeDeadLetters"/> can be answered with.</summary>
public interface IDeadLetterReply
{
    /// <summary>The topic.</summary>
    string Topic { get; }
}

/// <summary>The dead letters were given back.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Redriven">How many were.</param>
/// <param name="Left">How many met the condition and stayed.</param>
public sealed record DeadLettersRedriven(string Topic, long Redriven, long Left) : IDeadLetterReply;

/// <summary>The dead letters are deleted.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Purged">How many.</param>
public sealed record DeadLettersPurged(string Topic, long Purged) : IDeadLetterReply;

/// <summary>It was not done, or not to the end: it goes in steps, and may be asked for again.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="CanRetry">Whether the same request may succeed later.</param>
public sealed record DeadLettersRefused(string Topic, string Reason, bool CanRetry) : IDeadLetterReply;
