using System.Collections.Concurrent;

namespace PgPubSub.Postgres.Nodes;

/// <summary>
/// Remembers for each node a token from which its claims are looked for, and those of them that are older, so that a look never walks what is long
/// settled, however much of it a stranger's snapshot keeps from being cleaned up. A claim is written soon after its token is made, and a write
/// that takes longer than the slack has had its session ended; whatever got past that, or was made before a clock was set, is found by the whole
/// look that comes once a minute.
/// </summary>
internal sealed class HeldMarks(TimeSpan writeTimeout, TimeProvider clock)
{
    public static readonly TimeSpan Whole = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, Mark> _marks = new();
    private readonly TimeSpan _slack = SlackOf(writeTimeout);

    /// <summary>How old a token may be when its claim is written.</summary>
    public static TimeSpan SlackOf(TimeSpan writeTimeout) => writeTimeout + TimeSpan.FromSeconds(30);

    /// <summary>Where to look.</summary>
    public Look Begin(Guid node)
    {
        var now = clock.GetUtcNow();
        return _marks.TryGetValue(node, out var mark) && clock.GetElapsedTime(mark.LastWhole) < Whole
            ? new Look(mark.Since, mark.Known, now, mark.LastWhole)
            : new Look(null, [], now, clock.GetTimestamp());
    }

    /// <summary>A look has ended.</summary>
    public void End(Guid node, Look look, IReadOnlyList<Guid> tokens)
    {
        var since = TokenOrder.From(look.Begun - _slack);
        _marks[node] = new Mark(since, [.. tokens.Where(token => token.CompareTo(since) < 0)], look.LastWhole);
    }

    /// <summary>The node is gone.</summary>
    public void Forget(Guid node) => _marks.TryRemove(node, out _);

    /// <summary>A look at what a node holds.</summary>
    /// <param name="Since">The lowest token to look for; null to look at all.</param>
    /// <param name="Known">What is looked for by itself, being older.</param>
    /// <param name="Begun">When it began, by this process's clock, as the tokens have it.</param>
    /// <param name="LastWhole">When the last whole look began.</param>
    public sealed record Look(Guid? Since, Guid[] Known, DateTimeOffset Begun, long LastWhole);

    private sealed record Mark(Guid Since, Guid[] Known, long LastWhole);
}
