using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.Simulation.Tests.Plants;

/// <summary>Leases and retries with a fault in them.</summary>
internal sealed class FaultyDeliveries(Plant plant, Memory memory, IDeliveryStore inner) : ForwardingDeliveries(inner)
{
    private int _settlements;

    public override async Task<ClaimedRetries> ClaimRetriesAsync(GroupKey group, Guid node, Guid token, int most, bool suspects)
    {
        var claimed = await Inner.ClaimRetriesAsync(group, node, token, most, suspects);
        foreach (var retry in plant is Plant.ClaimedRetryNotMarked ? claimed.Retries : [])
        {
            if (memory.FindGroup(group)?.Retries is { } retries && retries.Find(retry.Event.Offset) is { } row)
                retries.Put(row with { Node = null, Token = null });
        }

        return claimed;
    }

    public override async Task<SettleResult> SettleAsync(GroupKey group, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries)
    {
        var row = memory.FindGroup(group)!;
        if (plant is Plant.SettlementLost && ++_settlements % 10 == 0)
            return new SettleResult([.. leases.Select(_ => true)], [.. retries.Select(_ => true)]);
        if (plant is Plant.RetrySettledWithoutItsToken or Plant.LeaseSettledWithoutItsToken)
            return await SettleAnyAsync(row, node, leases, retries);
        var result = await Inner.SettleAsync(group, node, [.. leases.Select(Altered)], [.. retries.Select(r => r with { Failed = Altered(r.Failed) })]);
        Afterwards(row, [.. leases.SelectMany(l => l.Failed), .. retries.Select(r => r.Failed).OfType<Failure>()]);
        return result;
    }

    // Each under the name of whoever has it.
    private async Task<SettleResult> SettleAnyAsync(GroupRow row, Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries)
    {
        var held = (Leases: new List<bool>(), Retries: new List<bool>());
        foreach (var lease in leases)
        {
            var there = plant is Plant.LeaseSettledWithoutItsToken ? row.Leases.GetValueOrDefault(lease.Lo) : null;
            var settled = there is null ? lease : lease with { Token = there.Token, Generation = row.Generation };
            if (there is not null && settled.Acked.Concat(settled.Failed.Select(f => f.Offset)).Any(offset => !there.Covers(offset)))
                settled = lease;
            held.Leases.Add((await Inner.SettleAsync(row.Key, there?.Node ?? node, [settled], [])).Leases[0]);
        }

        foreach (var retry in retries)
        {
            var there = plant is Plant.RetrySettledWithoutItsToken ? row.Retries.Find(retry.Offset) : null;
            held.Retries.Add((await Inner.SettleAsync(row.Key, there?.Node ?? node, [], [retry with { Token = there?.Token ?? retry.Token }])).Retries[0]);
        }

        return new SettleResult(held.Leases, held.Retries);
    }

    private LeaseSettlement Altered(LeaseSettlement settled) => plant switch
    {
        Plant.NackTakenForAnAck => settled with { Acked = [.. settled.Acked, .. settled.Failed.Select(f => f.Offset)], Failed = [] },
        _ => settled with { Failed = [.. settled.Failed.Select(f => Altered(f)!)] },
    };

    private Failure? Altered(Failure? failure) => plant switch
    {
        Plant.NackTakenForAnAck => null,
        Plant.AttemptsNotCounted when failure is { Bury: false } => failure with { Attempts = Math.Max(0, failure.Attempts - 1) },
        Plant.NothingIsBuried when failure is { Bury: true } => failure with { Bury = false },
        _ => failure,
    };

    private void Afterwards(GroupRow row, IReadOnlyList<Failure> failures)
    {
        foreach (var failure in failures)
        {
            if (plant is Plant.CursorMovesOnNack && !failure.Bury)
                row.Skip(failure.Offset);
            if (!failure.Bury || row.Topic.DeadLetters.That(new DeadLetterFilter(row.Topic.Id) { Subscriber = row.Name }).LastOrDefault(l => l.Letter.Event.Offset == failure.Offset) is not { } letter)
                continue;
            if (plant is Plant.BuriedWithoutALetter)
                row.Topic.DeadLetters.Remove(letter);
            if (plant is Plant.DeadLetterWrittenTwice)
                row.Topic.DeadLetters.Put(-row.Key.Subscription, row.Name, letter.Letter.Event, letter.Letter.Attempts, letter.Letter.Why, letter.Letter.DiedAt);
        }
    }
}
