using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;

namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>Retention with a fault in it.</summary>
internal sealed class FaultyTopics(Plant plant, Memory memory, ITopicStore inner) : ForwardingTopics(inner)
{
    public override async Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop)
    {
        var trimmed = await Inner.TrimAsync(topic, stop);
        if (plant is not (Plant.TrimIgnoresCursors or Plant.TrimIgnoresLeases or Plant.TrimIgnoresRetries or Plant.TrimIgnoresMarks))
            return trimmed;
        var row = memory.TopicsById[topic];
        var shield = row.Groups.Values.Min(group => Math.Min(
            plant is Plant.TrimIgnoresCursors ? long.MaxValue : group.Position,
            Math.Min(plant is Plant.TrimIgnoresLeases ? long.MaxValue : group.LowestLease, plant is Plant.TrimIgnoresRetries ? long.MaxValue : group.Retries.LowestWithoutCopy)));
        var marked = plant is Plant.TrimIgnoresMarks || row.Marks.Count == 0 ? long.MaxValue : row.Marks.Values.Min();
        var floor = Math.Max(trimmed.Floor, Math.Min(row.Log.Tail - 1, Math.Min(shield, marked)));
        row.Log.Raise(floor);
        return trimmed with { Floor = floor };
    }
}
