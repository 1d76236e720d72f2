namespace PgPubSub.Postgres.Nodes;

/// <summary>
/// Remembers what looks at other nodes showed, so that none walks what is long settled; see <see cref="HeldMarks"/>. Of each node one claim is known:
/// while it is there, so is a holder, however old it is. A node that is seen no more is looked for by its name for as long as it takes until
/// a look is whole: its last claim may come after its row is gone. A node whose clock lags by more than the slack is seen to hold something
/// only by whole looks, which makes others look at it less often, and nothing else.
/// </summary>
internal sealed class HolderMarks(TimeSpan writeTimeout, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _slack = HeldMarks.SlackOf(writeTimeout);
    private Dictionary<Guid, Sight> _sights = [];
    private Guid? _since;
    private long _lastWhole;

    /// <summary>Where to look.</summary>
    public Look Begin()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            return _since is { } since && clock.GetElapsedTime(_lastWhole) < HeldMarks.Whole
                ? new Look(since, [.. _sights.Keys], [.. _sights.Values.Select(sight => sight.Token)], now, _lastWhole)
                : new Look(null, [], [], now, clock.GetTimestamp());
        }
    }

    /// <summary>A look has ended.</summary>
    /// <param name="look">The look.</param>
    /// <param name="seen">The nodes, each with the token of a claim that it holds or null.</param>
    public void End(Look look, IEnumerable<(Guid Node, Guid? Token)> seen)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            var sights = seen.ToDictionary(one => one.Node, one => new Sight(one.Token, now));
            foreach (var (node, sight) in _sights.Where(one => !sights.ContainsKey(one.Key) && clock.GetElapsedTime(one.Value.At) < HeldMarks.Whole))
                sights[node] = sight;
            (_sights, _since, _lastWhole) = (sights, TokenOrder.From(look.Begun - _slack), look.LastWhole);
        }
    }

    /// <summary>A look at all nodes.</summary>
    /// <param name="Since">The lowest token to look for; null to look at all.</param>
    /// <param name="Nodes">The nodes that are known.</param>
    /// <param name="Tokens">For each the token of a claim that it held, or null.</param>
    /// <param name="Begun">When it began, by this process's clock.</param>
    /// <param name="LastWhole">When the last whole look began.</param>
    public sealed record Look(Guid? Since, Guid[] Nodes, Guid?[] Tokens, DateTimeOffset Begun, long LastWhole);

    private sealed record Sight(Guid? Token, long At);
}
