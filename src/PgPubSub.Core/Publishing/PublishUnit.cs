using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Publishing;

/// <summary>What one request publishes: all of it under consecutive offsets, or none.</summary>
/// <param name="Events">The events; at least one.</param>
/// <param name="Asker">Who hears what became of it.</param>
internal sealed record PublishUnit(IReadOnlyList<NewEvent> Events, object Asker)
{
    public long Bytes { get; } = Events.Count == 1 ? Events[0].Size : Events.Sum(e => (long)e.Size);
}
