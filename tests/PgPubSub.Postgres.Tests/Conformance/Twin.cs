using System.Globalization;
using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Testing.Conformance;

namespace PgPubSub.Postgres.Tests.Conformance;

/// <summary>One of two stores that live through the same history. What it answers is told as text without numbers that a store may choose for itself.</summary>
public sealed class Twin(IAgeingStore store, string name)
{
    private readonly Dictionary<string, GroupKey> _groups = [];
    private readonly Dictionary<Guid, ClaimedPage> _pages = [];
    private readonly Dictionary<Guid, IReadOnlyList<long>> _retries = [];
    private TopicId _topic;

    public string TopicName => $"{name}.topic";

    public DeadLetterFilter Dead => new(_topic);

    public IAgeingStore Store => store;

    /// <summary>What a claim got; null where it was refused.</summary>
    public ClaimedPage? Page(Guid token) => _pages.GetValueOrDefault(token);

    /// <summary>What a claim of retries got.</summary>
    public IReadOnlyList<long> Retries(Guid token) => _retries.GetValueOrDefault(token, []);

    /// <summary>Runs a call and tells its answer or its fault.</summary>
    public static async Task<string> TellAsync(Func<Task<string>> call)
    {
        try
        {
            return await call();
        }
        catch (StoreException fault)
        {
            return $"fault {fault.Kind}";
        }
    }

    public async Task<string> EnsureTopicAsync(Retention retention)
    {
        var topic = await store.Log.EnsureTopicAsync(TopicName, retention, CancellationToken.None);
        (var anew, _topic) = (_topic != topic.Id, topic.Id);
        return $"{(anew ? "another" : "the same")} {topic.Floor} {topic.Tail}";
    }

    /// <summary>Appends after a known tail, or after the tail where none is known.</summary>
    public async Task<string> AppendAsync(long? known, IReadOnlyList<NewEvent> events)
    {
        var tail = (await store.Log.FindTopicAsync(TopicName, CancellationToken.None))?.Tail ?? 0;
        return $"{(await store.Log.AppendAsync(_topic, known ?? tail, events)).First}";
    }

    public async Task<string> EnsureGroupAsync(string group, StartFrom from, GroupRules rules, bool change)
    {
        var state = await store.Subscriptions.EnsureGroupAsync(_topic, group, from, rules, change, CancellationToken.None);
        _groups[group] = state.Key;
        return Text(state);
    }

    public async Task<string> SeekAsync(string group, StartFrom to) => Text(await store.Subscriptions.SeekAsync(Key(group), to));

    public async Task<string> ReadGroupAsync(string group) => await store.Subscriptions.ReadGroupAsync(Key(group), CancellationToken.None) is { } state ? Text(state) : "none";

    public async Task<string> PauseAsync(string group, bool paused)
    {
        await store.Subscriptions.PauseAsync(Key(group), paused);
        return "done";
    }

    public async Task<string> DropGroupAsync(string group)
    {
        await store.Subscriptions.DropGroupAsync(Key(group));
        return "done";
    }

    /// <summary>Takes the key of a group that a pattern may have made.</summary>
    public async Task<string> FindGroupAsync(string group)
    {
        if (await store.Subscriptions.FindGroupAsync(TopicName, group, CancellationToken.None) is not { } key)
            return "none";
        _groups[group] = key;
        return "found";
    }

    public async Task<string> ClaimAsync(string group, Guid node, Guid token, int most)
    {
        var page = await store.Deliveries.ClaimAsync(new ClaimRequest(Key(group), node, token, most, long.MaxValue, 1, 0));
        _pages[token] = page;
        return $"{page.Generation} {page.From} {page.Lo}-{page.Hi}: {Join(page.Events.Select(e => e.Offset))}";
    }

    public async Task<string> RetriesAsync(string group, Guid node, Guid token, bool suspects)
    {
        if (await store.Subscriptions.ReadGroupAsync(Key(group), CancellationToken.None) is null)
            return "gone"; // which one of them does not tell as yet
        var claimed = await store.Deliveries.ClaimRetriesAsync(Key(group), node, token, 1_000, suspects);
        _retries[token] = [.. claimed.Retries.Select(r => r.Event.Offset).Concat(claimed.Lost).Order()];
        return $"{Join(claimed.Retries.OrderBy(r => r.Event.Offset).Select(r => $"{r.Event.Offset}/{r.Attempts}/{r.Deaths}"))} lost {Join(claimed.Lost.Order())}";
    }

    public async Task<string> SettleAsync(string group, Guid node, Guid token, IReadOnlyList<long> acked, IReadOnlyList<Failure> failed, bool whole)
    {
        var page = _pages[token];
        var settled = new LeaseSettlement(page.Generation, page.Lo, page.Hi, token, whole, acked, failed);
        return $"{(await store.Deliveries.SettleAsync(Key(group), node, [settled], [])).Leases.Single()}";
    }

    public async Task<string> SettleRetryAsync(string group, Guid node, Guid token, long offset, Failure? failed) =>
        $"{(await store.Deliveries.SettleAsync(Key(group), node, [], [new RetrySettlement(offset, token, failed)])).Retries.Single()}";

    public async Task<string> TakeOverAsync(Guid node)
    {
        var seen = (await store.Nodes.WatchAsync(Guid.Empty, CancellationToken.None)).FirstOrDefault(n => n.Id == node);
        return seen is null ? "unseen" : $"{seen.HoldsLeases} {await store.Nodes.TakeOverAsync(seen)}";
    }

    public async Task<string> MarkAsync(Guid node, long? low) => Join(await store.Nodes.MarkAsync(node, [new TopicMark(_topic, low)]));

    public async Task<string> TrimAsync(Retention retention, TimeSpan older)
    {
        await store.MakeOlderAsync(_topic, older);
        await store.Topics.AlterTopicAsync(_topic, retention);
        return $"{await store.Topics.TrimAsync(_topic, CancellationToken.None)}";
    }

    public async Task<string> ClearAsync() => $"{await store.Topics.ClearTopicAsync(_topic, CancellationToken.None)}";

    public async Task<string> DropTopicAsync()
    {
        await store.Topics.DropTopicAsync(_topic, CancellationToken.None);
        return "done";
    }

    public async Task<string> BuryPrivateAsync(string subscriber, long offset)
    {
        await store.Deliveries.BuryPrivateAsync(_topic, subscriber, new Failure(offset, 5, TimeSpan.Zero, "it failed", Bury: true));
        return "done";
    }

    public async Task<string> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change) =>
        Join((await store.Subscriptions.EnsurePatternAsync(group, from, rules, change, CancellationToken.None)).Select(t => t.Name).Where(t => t == TopicName));

    /// <summary>All that can be seen of the topic.</summary>
    public async Task<string> SnapshotAsync()
    {
        var topic = (await store.Topics.ListTopicsAsync(TopicName, CancellationToken.None)).Select(t => $"{t.Floor} {t.Tail} {t.DeadLetters} {t.Retention}");
        var events = (await store.Log.ReadAsync(_topic, 0, 1_000, long.MaxValue, CancellationToken.None)).Select(e => e.Offset);
        var groups = (await store.Subscriptions.ListGroupsAsync(TopicName, null, CancellationToken.None)).Select(g =>
            $"{g.Group} {g.Position} {g.Tail} {g.InFlight} {g.Retrying} {g.Dead} {g.Paused} {g.LagAge is null} {g.Pattern} {g.Rules.AckDeadline} {g.Rules.DeadLetter}");
        var dead = (await store.DeadLetters.ListDeadLettersAsync(Dead, 0, 1_000, long.MaxValue, CancellationToken.None))
            .Select(d => $"{d.Event.Offset}/{d.Subscriber}/{d.IsGroup}/{d.Attempts}/{d.Event.Id}").Order(StringComparer.Ordinal);
        var poll = await store.Nodes.PollAsync(new PollRequest([_topic], [.. _groups.Values], []), CancellationToken.None);
        var due = poll.RetriesDue.Select(d => $"{Name(d.Group)} {d.Suspects}").Concat(poll.Versions.Select(v => $"{Name(v.Group)} {v.Version}")).Order(StringComparer.Ordinal);
        return $"""
            topic {Join(topic)}
            events {Join(events)}
            groups {Join(groups)}
            dead {Join(dead)}
            poll {Join(poll.Tails.Select(t => t.Tail))} {Join(due)}
            """;
    }

    private GroupKey Key(string group) => _groups.GetValueOrDefault(group, new GroupKey(_topic, int.MaxValue));

    private string Name(GroupKey key) => _groups.First(g => g.Value == key).Key;

    private static string Text(GroupState state) =>
        string.Create(CultureInfo.InvariantCulture, $"{state.Generation} {state.Position} {state.Floor} {state.Created} {state.Changed} {state.Version} {state.Paused} {state.Rules.AckDeadline}");

    private static string Join<T>(IEnumerable<T> all) => $"[{string.Join(", ", all)}]";
}
