namespace PgPubSub.Core.Nodes;

/// <summary>
/// Says which other nodes are dead. A beat is compared with the beat seen before, never with a clock: only how long it stands
/// still by this node's own monotonic time counts.
/// </summary>
/// <param name="timeToLive">A node whose beat stands still for this long is dead.</param>
/// <param name="grace">One whose presence lock is gone as well is dead after this long.</param>
/// <param name="settling">
/// How long this node must have looked without a break before it judges: an outage or failover drops all locks and stops all beats
/// at once, and is nobody's death.
/// </param>
internal sealed class NodeJudge(TimeSpan timeToLive, TimeSpan grace, TimeSpan settling)
{
    private readonly Dictionary<Guid, Sight> _seen = [];
    private TimeSpan? _lookingSince;
    private TimeSpan _lookedAt;

    private sealed record Sight(string? Beat, TimeSpan StillSince, TimeSpan? UnlockedSince);

    /// <summary>A look failed, or this node's own session was lost: what follows is looked at afresh.</summary>
    public void Blink()
    {
        _lookingSince = null;
        _seen.Clear();
    }

    /// <summary>Takes a look's result.</summary>
    /// <returns>The nodes that are dead now.</returns>
    public IReadOnlyList<NodeSighting> Look(IReadOnlyList<NodeSighting> sightings, TimeSpan now)
    {
        if (now - _lookedAt >= settling)
            Blink(); // this node was held up itself, by whatever may have held up the others as well
        _lookedAt = now;
        _lookingSince ??= now;
        var gone = _seen.Keys.Except(sightings.Select(s => s.Id)).ToArray();
        foreach (var id in gone)
            _seen.Remove(id);
        List<NodeSighting> dead = [];
        foreach (var sighting in sightings)
        {
            var unlocked = sighting is { KeepsLock: true, LockHeld: false } || sighting.SeenAt is null;
            var before = _seen.GetValueOrDefault(sighting.Id);
            var moved = before is null || before.Beat != sighting.SeenAt;
            var sight = new Sight(
                sighting.SeenAt, moved ? now : before!.StillSince, !unlocked ? null : moved ? now : before!.UnlockedSince ?? now);
            _seen[sighting.Id] = sight;
            if (now - _lookingSince >= settling && (now - sight.StillSince >= timeToLive || now - sight.UnlockedSince >= grace))
                dead.Add(sighting);
        }

        return dead;
    }
}
