using System.Globalization;
using System.Text;
using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Conformance;

/// <summary>One check's workplace on a store: names that nobody else uses, the calls that most checks make, and the tidying up.</summary>
internal sealed class Bench(IStoreUnderTest store, CancellationToken stop)
{
    private readonly Dictionary<TopicId, string> _topics = [];
    private readonly List<Guid> _nodes = [];
    private readonly List<PatternGroup> _patterns = [];

    /// <summary>Five attempts, and no wait before any of them.</summary>
    public static GroupRules AtOnce { get; } = GroupRules.Default with { Retry = new RetryRules(5, TimeSpan.Zero, 1, TimeSpan.Zero) };

    public IStoreUnderTest Store => store;

    public CancellationToken Stop => stop;

    /// <summary>What all names of this run begin with.</summary>
    public string Name { get; } = $"check-{Guid.CreateVersion7():N}";

    public string NameOf(TopicId topic) => _topics[topic];

    public async Task<TopicId> TopicAsync(Retention? retention = null, string name = "topic") =>
        (await EnsureTopicAsync($"{Name}.{name}", retention ?? Retention.Forever)).Id;

    public async Task<TopicState> EnsureTopicAsync(string name, Retention retention)
    {
        var topic = await store.Log.EnsureTopicAsync(name, retention, stop);
        lock (_topics)
            _topics[topic.Id] = name;
        return topic;
    }

    public async Task<TopicState> StateAsync(TopicId topic) =>
        await store.Log.FindTopicAsync(_topics[topic], stop) ?? throw new ConformanceException("A topic that was made is not found.");

    public async Task<GroupKey> GroupAsync(TopicId topic, GroupRules? rules = null, StartFrom? from = null, string name = "group") =>
        (await EnsureGroupAsync(topic, rules, from, name)).Key;

    public Task<GroupState> EnsureGroupAsync(TopicId topic, GroupRules? rules = null, StartFrom? from = null, string name = "group", bool change = false) =>
        store.Subscriptions.EnsureGroupAsync(topic, name, from ?? StartFrom.Earliest, rules ?? AtOnce, change, stop);

    public Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom? from = null, GroupRules? rules = null, bool change = false)
    {
        _patterns.Add(group);
        return store.Subscriptions.EnsurePatternAsync(group, from ?? StartFrom.Earliest, rules ?? AtOnce, change, stop);
    }

    public async Task<Guid> NodeAsync()
    {
        var node = Guid.CreateVersion7();
        lock (_nodes)
            _nodes.Add(node);
        await store.Nodes.RegisterAsync(node, Name, stop);
        return node;
    }

    /// <summary>A topic with events, a group that begins with the first, and a node.</summary>
    public async Task<(TopicId Topic, GroupKey Group, Guid Node)> SetAsync(int events, GroupRules? rules = null, Retention? retention = null)
    {
        var topic = await TopicAsync(retention);
        await AppendAsync(topic, events);
        return (topic, await GroupAsync(topic, rules), await NodeAsync());
    }

    public static NewEvent Event(string json) => new(Guid.CreateVersion7(), "check", null, Encoding.UTF8.GetBytes(json), null, null);

    public static NewEvent[] Events(int count) => [.. Enumerable.Range(0, count).Select(i => Event(i.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>Appends small events at the tail.</summary>
    public async Task<NewEvent[]> AppendAsync(TopicId topic, int count)
    {
        var events = Events(count);
        var outcome = await store.Log.AppendAsync(topic, (await StateAsync(topic)).Tail, events);
        Expect.That(outcome.First is not null, "An append at the known tail was not written.");
        return events;
    }

    /// <summary>Everything that is there of a topic.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic)
    {
        var all = new List<StoredEvent>();
        while (await store.Log.ReadAsync(topic, all.Count == 0 ? 0 : all[^1].Offset + 1, 1_000, long.MaxValue, stop) is { Count: > 0 } page)
            all.AddRange(page);
        return all;
    }

    public async Task<IReadOnlyList<long>> OffsetsAsync(TopicId topic) => [.. (await ReadAsync(topic)).Select(e => e.Offset)];

    public static ClaimRequest Claim(GroupKey group, Guid node, int most = 1_000, long bytes = long.MaxValue) =>
        new(group, node, Guid.CreateVersion7(), most, bytes, Generation: 1, Mark: 0);

    public Task<ClaimedPage> ClaimAsync(GroupKey group, Guid node, int most = 1_000) => store.Deliveries.ClaimAsync(Claim(group, node, most));

    public Task<ClaimedRetries> RetriesAsync(GroupKey group, Guid node, int most = 1_000, bool suspects = false) =>
        store.Deliveries.ClaimRetriesAsync(group, node, Guid.CreateVersion7(), most, suspects);

    public async Task<bool> SettleAsync(GroupKey group, Guid node, LeaseSettlement lease)
    {
        var result = await store.Deliveries.SettleAsync(group, node, [lease], []);
        return Expect.One(result.Leases, "Answers to one settlement of a lease");
    }

    public async Task<bool> SettleAsync(GroupKey group, Guid node, ClaimedRetry retry, Failure? failed = null)
    {
        var result = await store.Deliveries.SettleAsync(group, node, [], [new RetrySettlement(retry.Event.Offset, retry.Token, failed)]);
        return Expect.One(result.Retries, "Answers to one settlement of a retry");
    }

    public async Task<GroupStatus> StatusAsync(GroupKey group) => Expect.One(
        [.. (await store.Subscriptions.ListGroupsAsync(_topics[group.Topic], null, stop)).Where(status => status.Key == group)], "Groups listed under one key");

    public async Task<NodeSighting> SeeAsync(Guid node) => Expect.One(
        [.. (await store.Nodes.WatchAsync(Guid.Empty, stop)).Where(sighting => sighting.Id == node)], "Sightings of one node");

    /// <summary>Lets a node be taken over.</summary>
    public async Task DieAsync(Guid node) => Expect.That(await store.Nodes.TakeOverAsync(await SeeAsync(node)), "A node that was as it was seen could not be taken over.");

    public Task<IReadOnlyList<BuriedEvent>> DeadAsync(TopicId topic) =>
        store.DeadLetters.ListDeadLettersAsync(new DeadLetterFilter(topic), 0, 1_000, long.MaxValue, stop);

    /// <summary>All that a group hands to a new node: what is due of retries, suspects and all, and what was never claimed.</summary>
    public async Task<IReadOnlyList<long>> HandedOutAsync(GroupKey group)
    {
        var node = await NodeAsync();
        var offsets = new List<long>();
        foreach (var suspects in new[] { false, true })
            offsets.AddRange((await RetriesAsync(group, node, suspects: suspects)).Retries.Select(r => r.Event.Offset));
        offsets.AddRange((await ClaimAsync(group, node)).Events.Select(e => e.Offset));
        return [.. offsets.Order()];
    }

    /// <summary>Goes on with a redrive or purge until nothing is left, and adds up what its steps did.</summary>
    public static async Task<(int Done, int Skipped)> StepAsync(Func<long, Task<DeadLetterStep>> step)
    {
        var (from, done, skipped) = ((long?)0, 0, 0);
        while (from is { } next)
        {
            var did = await step(next);
            Expect.That(did.Next is null || did.Next > next, "A step that is not the last did not get on.");
            (from, done, skipped) = (did.Next, done + did.Done, skipped + did.Skipped);
        }

        return (done, skipped);
    }

    public Task<(int Done, int Skipped)> RedriveAsync(DeadLetterFilter filter, int most = 10) => StepAsync(from => store.DeadLetters.RedriveAsync(filter, from, most));

    public Task<(int Done, int Skipped)> PurgeAsync(DeadLetterFilter filter, int most = 10) => StepAsync(from => store.DeadLetters.PurgeAsync(filter, from, most));

    public Task MakeOlderAsync(TopicId topic, TimeSpan by) => store is IAgeingStore ageing
        ? ageing.MakeOlderAsync(topic, by)
        : throw new ConformanceException($"It runs only on a store that is an {nameof(IAgeingStore)}.");

    /// <summary>Does the same several times at once.</summary>
    public static Task<T[]> ManyAsync<T>(int count, Func<int, Task<T>> one) => Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => one(i))));

    /// <summary>The offsets from one to before another.</summary>
    public static IEnumerable<long> Range(long from, long to)
    {
        for (var offset = from; offset < to; offset++)
            yield return offset;
    }

    /// <summary>Removes what the check has made; what is gone already is none of its business.</summary>
    public async Task TidyAsync()
    {
        await TryEachAsync(_nodes, node => store.Nodes.DepartAsync(node));
        await TryEachAsync(_patterns, store.Subscriptions.DropPatternAsync);
        await TryEachAsync(_topics.Keys, topic => store.Topics.DropTopicAsync(topic, CancellationToken.None));
    }

    private static async Task TryEachAsync<T>(IEnumerable<T> all, Func<T, Task> remove)
    {
        foreach (var one in all.ToList())
        {
            try
            {
                await remove(one);
            }
            catch (StoreException)
            {
                // It is gone, or the store does not answer any more: the check itself has told what there is to tell.
            }
        }
    }
}
