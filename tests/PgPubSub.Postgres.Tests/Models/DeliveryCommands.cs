using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>Calls for leases and retries.</summary>
internal static class DeliveryCommands
{
    public static Command Claim(int topic, string group, Guid node, Guid token, int most, long bytes) => new($"claim {most} of {topic}{group}", side =>
    {
        var claim = new ClaimRequest(side.Group(topic, group), node, token, most, bytes, 0, 0);
        return async stores =>
        {
            var page = await stores.Deliveries.ClaimAsync(claim);
            if (!page.IsEmpty)
                side.Know(page);
            return new Answer($"{page.Generation} {page.From} {page.Lo}-{page.Hi}", Text(page));
        };
    })
    {
        Claimer = node, Token = token, Locks = locks => locks.Group(topic, group),
    };

    public static Command FindClaim(Hold hold) => new($"find the claim of {hold}", side =>
    {
        var claim = new ClaimRequest(side.Group(hold.Topic, hold.Group), hold.Node, hold.Token, 10, 1_000, 0, 0);
        return async stores =>
        {
            var page = await stores.Deliveries.FindClaimAsync(claim);
            return page is null ? "none" : new Answer($"{page.Generation} {page.Lo}-{page.Hi}", Text(page));
        };
    });

    public static Command Retries(int topic, string group, Guid node, Guid token, int most, bool suspects) => new($"claim {most} {(suspects ? "suspects" : "retries")} of {topic}{group}", side =>
    {
        var key = side.Group(topic, group);
        return async stores =>
        {
            var claimed = await stores.Deliveries.ClaimRetriesAsync(key, node, token, most, suspects);
            side.Know(token, [.. claimed.Retries.Select(r => r.Event.Offset).Concat(claimed.Lost).Order()]);
            return new Answer("claimed", $"{string.Join(", ", claimed.Retries.OrderBy(r => r.Event.Offset).Select(r => $"{r.Event.Offset}/{r.Attempts}/{r.Deaths}"))} lost {string.Join(", ", claimed.Lost.Order())}");
        };
    })
    {
        Claimer = node, Token = token, PassesOver = true, Locks = locks => locks.Group(topic, group, LockMode.Share),
    };

    /// <summary>Settles some of a claimed page, or claimed retries, under a token that may be over.</summary>
    /// <param name="hold">The claim.</param>
    /// <param name="node">Who settles it.</param>
    /// <param name="outcomes">What becomes of each offset that was claimed; null leaves it open.</param>
    /// <param name="whole">Whether the rest is acked as a whole.</param>
    public static Command Settle(Hold hold, Guid node, IReadOnlyList<Outcome?> outcomes, bool whole) => new(
        $"settle of {hold} {string.Join(',', outcomes.Select(o => o?.ToString() ?? "-"))}{(whole ? " whole" : "")}",
        side =>
        {
            var (key, leases, retries) = (side.Group(hold.Topic, hold.Group), Leases(side, hold, outcomes, whole), Retries(side, hold, outcomes));
            return async stores =>
            {
                if (leases.Count + retries.Count == 0)
                    return "nothing";
                var result = await stores.Deliveries.SettleAsync(key, node, leases, retries);
                return $"{string.Join(' ', result.Leases)} {string.Join(' ', result.Retries)}";
            };
        })
    {
        Locks = locks =>
        {
            if (locks.Memory.FindGroup(locks.Side.Group(hold.Topic, hold.Group)) is { } group)
                Lock(locks, group, node, Leases(locks.Side, hold, outcomes, whole));
        },
    };

    private static void Lock(Locks locks, GroupRow group, Guid node, IReadOnlyList<LeaseSettlement> leases)
    {
        foreach (var settled in leases)
        {
            if (settled.Generation == group.Generation && group.Leases.GetValueOrDefault(settled.Lo) is { } lease && lease.Token == settled.Token && lease.Node == node)
                locks.Take($"lease {group.Topic.Name} {group.Name} {settled.Lo}", LockMode.Exclusive);
        }
    }

    private static IReadOnlyList<LeaseSettlement> Leases(Side side, Hold hold, IReadOnlyList<Outcome?> outcomes, bool whole)
    {
        if (hold.IsRetries || side.Page(hold.Token) is not { } page)
            return [];
        var (acked, failed) = (new List<long>(), new List<Failure>());
        for (var offset = page.Lo; offset < page.Hi; offset++)
        {
            if (outcomes[(int)(offset - page.Lo) % outcomes.Count] is not { } outcome)
                continue;
            if (Failure(offset, outcome) is { } failure)
                failed.Add(failure);
            else
                acked.Add(offset);
        }

        return [new LeaseSettlement(page.Generation, page.Lo, page.Hi, hold.Token, whole, acked, failed)];
    }

    private static IReadOnlyList<RetrySettlement> Retries(Side side, Hold hold, IReadOnlyList<Outcome?> outcomes) => !hold.IsRetries
        ? []
        :
        [
            .. side.Retries(hold.Token).Select((offset, i) => (Offset: offset, Outcome: outcomes[i % outcomes.Count])).Where(one => one.Outcome is not null)
                .Select(one => new RetrySettlement(one.Offset, hold.Token, Failure(one.Offset, one.Outcome!.Value))),
        ];

    private static Failure? Failure(long offset, Outcome outcome) => outcome switch
    {
        Outcome.Ack => null,
        Outcome.Bury => new Failure(offset, 3, TimeSpan.Zero, "it failed", Bury: true),
        Outcome.Later => new Failure(offset, 1, TimeSpan.FromDays(400), "it failed", Bury: false),
        _ => new Failure(offset, 2, TimeSpan.Zero, "it failed", Bury: false),
    };

    private static string Text(ClaimedPage page) => $"[{string.Join(", ", page.Events.Select(e => $"{e.Offset} {e.Id}"))}]";
}

/// <summary>A claim that was tried.</summary>
internal sealed record Hold(int Topic, string Group, Guid Node, Guid Token, bool IsRetries)
{
    public override string ToString() => $"{Topic}{Group} {(IsRetries ? "retries" : "page")} {Token.ToString()[24..]}";
}

/// <summary>What becomes of an offset.</summary>
internal enum Outcome
{
    Ack,
    Retry,
    Later,
    Bury,
}
