using System.Collections.Concurrent;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>What one side, the model or PostgreSQL, calls the things that both know under the same names.</summary>
/// <param name="name">What all names of a history begin with.</param>
/// <param name="grow">Makes all that is there older.</param>
internal sealed class Side(string name, Func<Side, TimeSpan, Task> grow)
{
    private readonly ConcurrentDictionary<int, TopicId> _topics = new();
    private readonly ConcurrentDictionary<(int, string), GroupKey> _groups = new();
    private readonly ConcurrentDictionary<Guid, ClaimedPage> _pages = new();
    private readonly ConcurrentDictionary<Guid, IReadOnlyList<long>> _retries = new();
    private readonly ConcurrentDictionary<Guid, NodeSighting> _sightings = new();

    /// <summary>What all names of the history begin with.</summary>
    public string Name => name;

    /// <summary>The nodes of the history.</summary>
    public HashSet<Guid> Nodes { get; } = [];

    public string TopicName(int topic) => $"{name}.t{topic}";

    /// <summary>A topic; one that was never there where it was never made.</summary>
    public TopicId Topic(int topic) => _topics.GetValueOrDefault(topic);

    public GroupKey Group(int topic, string group) => _groups.GetValueOrDefault((topic, group), new GroupKey(Topic(topic), int.MaxValue));

    /// <summary>What a claim got; null where it got nothing.</summary>
    public ClaimedPage? Page(Guid token) => _pages.GetValueOrDefault(token);

    /// <summary>What a claim of retries got.</summary>
    public IReadOnlyList<long> Retries(Guid token) => _retries.GetValueOrDefault(token, []);

    /// <summary>What was last seen of a node.</summary>
    public NodeSighting Sighting(Guid node) => _sightings.GetValueOrDefault(node, new NodeSighting(node, "", null, KeepsLock: false, LockHeld: false, HoldsLeases: false));

    public void Know(int topic, TopicId id) => _topics[topic] = id;

    public void Know(int topic, string group, GroupKey key) => _groups[(topic, group)] = key;

    public void Know(ClaimedPage page) => _pages[page.Token] = page;

    public void Know(Guid token, IReadOnlyList<long> retries) => _retries[token] = retries;

    public void Know(NodeSighting sighting) => _sightings[sighting.Id] = sighting;

    /// <summary>Takes from another side what a claim got: where another call undid it at once, its own answer may not tell.</summary>
    public void Adopt(Guid token, Side from)
    {
        if (from.Page(token) is { } page)
            _pages[token] = page;
        else
            _pages.TryRemove(token, out _);
        _retries[token] = from.Retries(token);
    }

    public Task GrowOlderAsync(TimeSpan by) => grow(this, by);
}
