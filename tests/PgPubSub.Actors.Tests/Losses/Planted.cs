using System.Collections.Concurrent;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Losses;

/// <summary>A publisher that gives the events of a batch new ids when it sends it again.</summary>
internal sealed class ForgetsIds(ILogStore inner) : ILogStore
{
    private readonly HashSet<Guid> _sent = [];

    public Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) => inner.EnsureTopicAsync(name, forNew, stop);

    public Task<TopicState?> FindTopicAsync(string name, CancellationToken stop) => inner.FindTopicAsync(name, stop);

    public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
    {
        lock (_sent)
            return inner.AppendAsync(topic, knownTail, _sent.Add(events[0].Id) ? events : [.. events.Select(e => e with { Id = Guid.CreateVersion7() })]);
    }

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) => inner.ReadAsync(topic, from, most, bytes, stop);

    public Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) => inner.LocateAsync(topic, from, stop);
}

/// <summary>Answers that are taken for written although nobody knows.</summary>
internal sealed class TrustsLostAnswers(IDeliveryStore inner) : IDeliveryStore
{
    public Task<ClaimedPage> ClaimAsync(ClaimRequest claim) => inner.ClaimAsync(claim);

    public Task<ClaimedPage?> FindClaimAsync(ClaimRequest claim) => inner.FindClaimAsync(claim);

    public Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects) => inner.ClaimRetriesAsync(group, node, token, most, suspects);

    public async Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries)
    {
        try
        {
            return await inner.SettleAsync(group, node, leases, retries);
        }
        catch (StoreException lost) when (lost.Kind is FaultKind.Unknown)
        {
            return new SettleResult([.. leases.Select(_ => true)], [.. retries.Select(_ => true)]);
        }
    }

    public Task BuryPrivateAsync(TopicId topic, string subscriber, Failure failure) => inner.BuryPrivateAsync(topic, subscriber, failure);
}

/// <summary>A reader that goes on behind the first event of a page that was lost.</summary>
internal sealed class SkipsLostPages(ILogStore inner) : ILogStore
{
    private readonly ConcurrentDictionary<(TopicId Topic, long From), bool> _lost = new();

    public Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) => inner.EnsureTopicAsync(name, forNew, stop);

    public Task<TopicState?> FindTopicAsync(string name, CancellationToken stop) => inner.FindTopicAsync(name, stop);

    public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) => inner.AppendAsync(topic, knownTail, events);

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop)
    {
        try
        {
            return await inner.ReadAsync(topic, _lost.ContainsKey((topic, from)) ? from + 1 : from, most, bytes, stop);
        }
        catch (StoreException)
        {
            _lost[(topic, from)] = true;
            throw;
        }
    }

    public Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) => inner.LocateAsync(topic, from, stop);
}
