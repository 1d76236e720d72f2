using PgPubSub.Actors.Operations;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors;

/// <summary>
/// Reads a page of a topic's log without subscribing: nothing is settled and nobody's position moves. Answered with <see cref="HistoryPage"/> or <see cref="HistoryRefused"/>. A topic
/// that is not there has an empty history.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="From">Where the page begins; by default the oldest event that is kept.</param>
/// <param name="Most">How many events at most, from 1 to 1,000; a page also ends at 8 MiB of data.</param>
public sealed record ReadHistory(string Topic, StartFrom? From = null, int Most = 100) : ITopicOperation;

/// <summary>Everything that <see cref="ReadHistory"/> can be answered with.</summary>
public interface IHistoryReply
{
    /// <summary>The topic.</summary>
    string Topic { get; }
}

/// <summary>Some events in ascending order.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Events">The events; empty at the end.</param>
/// <param name="Next">The offset that the next page begins with: ask for <c>StartFrom.Offset(Next)</c>.</param>
/// <param name="Trimmed">What was asked for and is no longer kept; null where nothing is missing.</param>
public sealed record HistoryPage(string Topic, IReadOnlyList<TopicEvent> Events, long Next, HistoryTrimmed? Trimmed) : IHistoryReply;

/// <summary>The page can't be read.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="CanRetry">Whether the same request may succeed later.</param>
public sealed record HistoryRefused(string Topic, string Reason, bool CanRetry) : IHistoryReply;
