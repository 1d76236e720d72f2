using System.Collections.Concurrent;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Losses;

/// <summary>A publisher that gives the events of a batch new ids when it sends it again.</summary>
internal sealed class ForgetsIds(ILogStore inner) : ForwardingLog(inner)
{
    private readonly HashSet<Guid> _sent = [];

    public override Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
    {
        lock (_sent)
            return Inner.AppendAsync(topic, knownTail, _sent.Add(events[0].Id) ? events : [.. events.Select(e => e with { Id = Guid.CreateVersion7() })]);
    }
}

/// <summary>Answers that are taken for written although nobody knows.</summary>
internal sealed class TrustsLostAnswers(IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    public override async Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries)
    {
        try
        {
            return await Inner.SettleAsync(group, node, leases, retries);
        }
        catch (StoreException lost) when (lost.Kind is FaultKind.Unknown)
        {
            return new SettleResult([.. leases.Select(_ => true)], [.. retries.Select(_ => true)]);
        }
    }
}

/// <summary>A reader that goes on behind the first event of a page that was lost.</summary>
internal sealed class SkipsLostPages(ILogStore inner) : ForwardingLog(inner)
{
    private readonly ConcurrentDictionary<(TopicId Topic, long From), bool> _lost = new();

    public override async Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop)
    {
        try
        {
            return await Inner.ReadAsync(topic, _lost.ContainsKey((topic, from)) ? from + 1 : from, most, bytes, stop);
        }
        catch (StoreException)
        {
            _lost[(topic, from)] = true;
            throw;
        }
    }
}
