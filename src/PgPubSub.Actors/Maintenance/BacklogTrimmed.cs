namespace PgPubSub.Actors;

/// <summary>
/// Events were taken that a group or a private subscriber had not settled, since a topic's backlog was over its limit. Published on the actor system's event stream, and logged; the
/// readers themselves get <see cref="HistoryTrimmed"/>.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Events">How many events.</param>
/// <param name="Floor">The oldest offset that is kept now.</param>
public sealed record BacklogTrimmed(string Topic, long Events, long Floor);
