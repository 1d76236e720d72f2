using PgPubSub.Actors.Operations;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors;

/// <summary>
/// Pauses a group on all nodes: from the commit on nothing of it is claimed; what nobody got goes back, what is out may still be answered. Its position stays, and
/// retention spares what it has not settled. Answered with <see cref="GroupPaused"/> or <see cref="GroupRefused"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
public sealed record PauseGroup(string Topic, string Group) : IGroupOperation;

/// <summary>Lets a paused group go on. Answered with <see cref="GroupResumed"/> or <see cref="GroupRefused"/>.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
public sealed record ResumeGroup(string Topic, string Group) : IGroupOperation;

/// <summary>
/// Moves a group, also while it is consumed. What is out is fenced: it is revoked, and answers to it change nothing; what waits for another attempt is dropped; its dead
/// letters stay. Answered with <see cref="GroupSought"/> or <see cref="GroupRefused"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="To">The next event that it gets; one that is no longer kept means the oldest that is.</param>
public sealed record SeekGroup(string Topic, string Group, StartFrom To) : IGroupOperation;

/// <summary>
/// Drops a group on all nodes: its position, what it has out and what waits for another attempt. Its members get <see cref="SubscriptionEnded"/>; its dead letters stay
/// until they are purged. Answered with <see cref="GroupDropped"/> or <see cref="GroupRefused"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
public sealed record DropGroup(string Topic, string Group) : IGroupOperation;

/// <summary>Everything that a command to a group can be answered with.</summary>
public interface IGroupReply
{
    /// <summary>The topic.</summary>
    string Topic { get; }

    /// <summary>The group.</summary>
    string Group { get; }
}

/// <summary>The group is paused.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
public sealed record GroupPaused(string Topic, string Group) : IGroupReply;

/// <summary>The group goes on.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
public sealed record GroupResumed(string Topic, string Group) : IGroupReply;

/// <summary>The group was moved.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Position">The next offset that it gets: the one that was asked for, or the oldest that is kept.</param>
public sealed record GroupSought(string Topic, string Group, long Position) : IGroupReply;

/// <summary>The group is gone.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
public sealed record GroupDropped(string Topic, string Group) : IGroupReply;

/// <summary>Nothing was done, unless the reason says that the outcome is unknown; then the same command may be given again.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="CanRetry">Whether the same command may succeed later.</param>
public sealed record GroupRefused(string Topic, string Group, string Reason, bool CanRetry) : IGroupReply;
