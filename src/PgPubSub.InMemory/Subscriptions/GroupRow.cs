using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.InMemory.Subscriptions;

/// <summary>A group: where it stands, what it has out and what waits for another attempt.</summary>
internal sealed class GroupRow(TopicRow topic, GroupKey key, string name, PatternRow? pattern, GroupRules rules, long position)
{
    public TopicRow Topic => topic;

    public GroupKey Key => key;

    public string Name => name;

    /// <summary>The pattern that it belongs to, or null.</summary>
    public PatternRow? Pattern { get; private set; } = pattern;

    public GroupRules Rules { get; private set; } = rules;

    public bool Paused { get; private set; }

    public long Version { get; private set; } = 1;

    public long Generation { get; private set; } = 1;

    public long Position { get; private set; } = position;

    /// <summary>Leases of this generation by their first offset.</summary>
    public Dictionary<long, LeaseRow> Leases { get; } = [];

    public RetryQueue Retries { get; } = new();

    public long LowestLease => Leases.Count == 0 ? long.MaxValue : Leases.Keys.Min();

    public GroupState State(bool created = false, bool changed = false) =>
        new(key, Generation, Position, created, topic.Log.Floor) { Version = Version, Paused = Paused, Rules = Rules, Changed = changed };

    public GroupStatus Status(DateTimeOffset now) => new(
        topic.Name, name, key, Position, topic.Log.Tail,
        topic.Log.Find(Math.Max(Position, topic.Log.Floor)) is { } first ? now - first.PublishedAt : null,
        Leases.Values.Sum(lease => (long)lease.Open) + Retries.Claimed, Retries.Waiting, topic.DeadLetters.CountOf(name), Paused, Rules, Pattern?.Key.Pattern.Value);

    /// <summary>How far it is behind.</summary>
    public GroupMeasure Measure(DateTimeOffset now)
    {
        var waits = topic.Log.Find(Math.Max(Position, topic.Log.Floor));
        var leased = Leases.Values.SelectMany(lease => lease.OpenOffsets()).Where(offset => offset >= topic.Log.Floor).DefaultIfEmpty(long.MaxValue).Min();
        var oldest = Older(Older(waits, topic.Log.Find(leased)), Retries.Lowest(topic.Log.Find));
        return new GroupMeasure(key, topic.Name, name, Math.Max(0, topic.Log.Tail - Position), AgeOf(waits), AgeOf(oldest));

        TimeSpan? AgeOf(StoredEvent? e) => e is null ? null : now > e.PublishedAt ? now - e.PublishedAt : TimeSpan.Zero;

        static StoredEvent? Older(StoredEvent? one, StoredEvent? other) => one is null || other?.PublishedAt < one.PublishedAt ? other : one;
    }

    /// <summary>Leases a page and moves on past it.</summary>
    public LeaseRow Lease(long lo, long hi, Guid token, Guid node)
    {
        var lease = new LeaseRow(lo, hi, token, node);
        Leases.Add(lo, lease);
        Position = hi;
        return lease;
    }

    /// <summary>Moves up to a floor that has passed it.</summary>
    public void Skip(long floor) => Position = floor;

    /// <summary>Moves it by hand: a new generation, in which nothing is out and nothing waits.</summary>
    public void Seek(long place)
    {
        (Generation, Position) = (Generation + 1, place);
        Version++;
        Leases.Clear();
        Retries.Clear();
    }

    public void Pause(bool paused)
    {
        if (Paused == paused)
            return;
        Paused = paused;
        Version++;
    }

    /// <summary>Replaces its rules. False where they are the same.</summary>
    public bool Change(GroupRules changed)
    {
        if (Rules == changed)
            return false;
        Rules = changed;
        Version++;
        return true;
    }

    /// <summary>Gives it to a pattern, unless it belongs to one.</summary>
    public void Adopt(PatternRow by) => Pattern ??= by;

    /// <summary>Gives it from a pattern that is dropped to another that wants it too.</summary>
    public void Inherit(PatternRow heir) => Pattern = heir;

    /// <summary>Whether some node has an offset in hand under a lease.</summary>
    public bool IsLeased(long offset) => Leases.Values.Any(lease => lease.Covers(offset) && lease.IsOpen(offset));

    /// <summary>Ends a message whose attempts are exhausted. Its event comes from the copy or the log; where neither has it, nothing is left to keep.</summary>
    public void Bury(long offset, int attempts, string why, StoredEvent? copy, DateTimeOffset now)
    {
        if (Rules.DeadLetter && (copy ?? topic.Log.Find(offset)) is { } buried)
            topic.DeadLetters.Put(key.Subscription, name, buried, attempts, why, now);
    }
}
