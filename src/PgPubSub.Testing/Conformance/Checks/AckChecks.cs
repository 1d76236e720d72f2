using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R6: a confirmed ack is never followed by a redelivery.</summary>
internal static class AckChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R6", "What was acked of a lease does not come back when the rest does, after a death", RestAsync),
        new("R6", "What was acked of a lease does not come back when the rest is returned or its node departs", ReturnedAsync),
        new("R6", "A lease that was acked whole, at once or in parts, is over", WholeAsync),
        new("R6", "Of many settlements of one lease at once none undoes another", AtOnceAsync),
        new("R6", "A retry that was acked does not come back", RetryAsync),
        new("R6", "Where acks meet a takeover, what was confirmed does not come back and what was not does", RaceAsync),
    ];

    private static async Task RestAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 10);
        var page = await bench.ClaimAsync(group, node);
        Expect.That(await bench.SettleAsync(group, node, page.Acked(0, 9)), "The lease was not held.");
        Expect.That(await bench.SettleAsync(group, node, page.Acked(3)), "The lease was not held.");

        await bench.DieAsync(node);

        Expect.SameList([1L, 2L, 4L, 5L, 6L, 7L, 8L], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task ReturnedAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 8);
        var (first, second) = (await bench.ClaimAsync(group, node, most: 4), await bench.ClaimAsync(group, node));
        await bench.SettleAsync(group, node, first.Acked(0, 1, 2));
        await bench.SettleAsync(group, node, second.Acked(5, 6, 7));

        Expect.Same(1, await bench.Store.Nodes.ReturnOrphansAsync(node, [first.Token]), "What was returned");
        await bench.Store.Nodes.DepartAsync(node);

        Expect.SameList([3L, 4L], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task WholeAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 6);
        var (first, second) = (await bench.ClaimAsync(group, node, most: 3), await bench.ClaimAsync(group, node));
        Expect.That(await bench.SettleAsync(group, node, first.Whole()), "The lease was not held.");
        Expect.That(await bench.SettleAsync(group, node, second.Acked(4, 5)), "The lease was not held.");
        Expect.That(await bench.SettleAsync(group, node, second.Acked(3)), "The lease was not held.");

        Expect.That(!await bench.SettleAsync(group, node, first.Whole()), "A lease was held after it was settled whole.");
        Expect.That(!await bench.SettleAsync(group, node, second.Whole()), "A lease was held after its last part was settled.");
        await bench.DieAsync(node);
        Expect.SameList([], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task AtOnceAsync(Bench bench)
    {
        const int count = 24;
        var (_, group, node) = await bench.SetAsync(events: count);
        var page = await bench.ClaimAsync(group, node);

        // The last two stay open, so that the lease is held throughout.
        var held = await Bench.ManyAsync(count - 2, offset => bench.SettleAsync(group, node, page.Acked(offset)));

        Expect.That(held.All(h => h), "The lease was not held.");
        await bench.DieAsync(node);
        Expect.SameList([count - 2L, count - 1L], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task RetryAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 3);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(0), Nack(1)));
        var retries = (await bench.RetriesAsync(group, node)).Retries;
        Expect.That(await bench.SettleAsync(group, node, retries.First(r => r.Event.Offset == 1)), "The claimed retry was not held.");

        await bench.DieAsync(node);

        Expect.SameList([0L], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task RaceAsync(Bench bench)
    {
        const int count = 12;
        for (var round = 0; round < 5; round++)
        {
            var (_, group, node) = await bench.SetAsync(events: count);
            var (page, seen) = (await bench.ClaimAsync(group, node), await bench.SeeAsync(node));

            // One of them is the takeover; none of the others acks the last offset.
            var acked = await Bench.ManyAsync(count, i => i == count / 2
                ? bench.Store.Nodes.TakeOverAsync(seen)
                : bench.SettleAsync(group, node, page.Acked(i < count - 1 ? i : 0)));

            Expect.That(acked[count / 2], "A node that was as it was seen could not be taken over.");
            var confirmed = Enumerable.Range(0, count - 1).Where(i => i != count / 2 && acked[i]).Select(i => (long)i).ToHashSet();
            if (acked[^1])
                confirmed.Add(0);
            Expect.SameList(Bench.Range(0, count).Where(offset => !confirmed.Contains(offset)), await bench.HandedOutAsync(group), "What came back");
            await bench.Store.Topics.DropTopicAsync(group.Topic, bench.Stop);
        }
    }
}
