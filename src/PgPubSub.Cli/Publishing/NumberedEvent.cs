using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Publishing;

/// <summary>A line's event, or what is wrong with the line.</summary>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Event">The event; null where there is a problem.</param>
/// <param name="Problem">A sentence without the line's content; null where there is none.</param>
/// <param name="Position">How many bytes of the input end with this line.</param>
internal sealed record NumberedEvent(long Line, NewEvent? Event, string? Problem, long Position);
