using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Testing.Conformance.Answers;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R5: a late ack or nack changes nothing.</summary>
internal static class LateAnswerChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R5", "An answer to a lease under another token, of another node or of another generation changes nothing", WrongLeaseAsync),
        new("R5", "An answer to a claimed retry under another token or of another node changes nothing", WrongRetryAsync),
        new("R5", "After a takeover the dead node's answers change nothing", TakenOverAsync),
        new("R5", "After a node has departed its answers change nothing", DepartedAsync),
        new("R5", "After a claim was returned as unknown, answers to it change nothing", ReturnedAsync),
        new("R5", "After a seek, answers to the generation before change nothing", SoughtAsync),
        new("R5", "The same answers again change nothing", AgainAsync),
        new("R5", "A nack of what was acked, and an ack of what was nacked, change nothing", OtherAnswerAsync),
        new("R5", "Of many settlements in one call each hears whether its own was held", EachHearsAsync),
        new("R5", "An offset that is not of the lease is refused, and nothing of the call is settled", ForeignOffsetAsync),
    ];

    private static async Task WrongLeaseAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 5);
        var page = await bench.ClaimAsync(group, node);
        var (other, foreign) = (await bench.NodeAsync(), page with { Token = Guid.CreateVersion7() });

        await NothingChangesAsync(bench, group, node, foreign, []);
        await NothingChangesAsync(bench, group, other, page, []);
        await NothingChangesAsync(bench, group, other, foreign, []);
        await NothingChangesAsync(bench, group, node, page with { Generation = page.Generation + 1 }, []);
        Expect.That(await bench.SettleAsync(group, node, page.Whole()), "The lease was not held any more by its owner.");
    }

    private static async Task WrongRetryAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 3);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut(Nack(1)));
        var retry = Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries");
        var (other, foreign) = (await bench.NodeAsync(), retry with { Token = Guid.CreateVersion7() });

        await NothingChangesAsync(bench, group, node, page: null, [foreign]);
        await NothingChangesAsync(bench, group, other, page: null, [retry]);
        Expect.That(await bench.SettleAsync(group, node, retry), "The retry was not held any more by its owner.");
    }

    private static async Task TakenOverAsync(Bench bench)
    {
        var (group, node, page, retry) = await HoldingAsync(bench);
        await bench.DieAsync(node);

        await NothingChangesAsync(bench, group, node, page, [retry]);
        Expect.SameList(Bench.Range(0, 5), await bench.HandedOutAsync(group), "What came back");
        await NothingChangesAsync(bench, group, node, page, [retry]);
    }

    private static async Task DepartedAsync(Bench bench)
    {
        var (group, node, page, retry) = await HoldingAsync(bench);
        await bench.Store.Nodes.DepartAsync(node);

        await NothingChangesAsync(bench, group, node, page, [retry]);
    }

    private static async Task ReturnedAsync(Bench bench)
    {
        var (group, node, page, retry) = await HoldingAsync(bench);
        Expect.Same(5, await bench.Store.Nodes.ReturnOrphansAsync(node, [page.Token, retry.Token]), "What was returned");

        await NothingChangesAsync(bench, group, node, page, [retry]);
    }

    private static async Task SoughtAsync(Bench bench)
    {
        var (group, node, page, retry) = await HoldingAsync(bench);
        await bench.Store.Subscriptions.SeekAsync(group, StartFrom.Earliest);
        await NothingChangesAsync(bench, group, node, page, [retry]);

        var anew = await bench.ClaimAsync(group, node);
        Expect.Same((page.Lo, page.Hi), (anew.Lo, anew.Hi), "The page after the seek");
        await NothingChangesAsync(bench, group, node, page, [retry]);
    }

    private static async Task AgainAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 6);
        var page = await bench.ClaimAsync(group, node);
        var settled = page.Failed(Nack(2), Bury(3)) with { Acked = [0] };
        Expect.That(await bench.SettleAsync(group, node, settled), "The lease was not held.");
        var retry = Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries");
        Expect.That(await bench.SettleAsync(group, node, retry), "The claimed retry was not held.");
        var before = await SnapshotAsync(bench, group);

        Expect.That(await bench.SettleAsync(group, node, settled), "The lease was not held any more.");
        Expect.That(!await bench.SettleAsync(group, node, retry), "A retry that was acked was held again.");

        Expect.Same(before, await SnapshotAsync(bench, group), "What is left");
        await bench.DieAsync(node);
        Expect.SameList([1L, 4L, 5L], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task OtherAnswerAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 4);
        var page = await bench.ClaimAsync(group, node);
        await bench.SettleAsync(group, node, page.Failed(Nack(1)) with { Acked = [2] });
        var before = await SnapshotAsync(bench, group);

        await bench.SettleAsync(group, node, page.Failed(Nack(2)));
        await bench.SettleAsync(group, node, page.Failed(Bury(2)));
        await bench.SettleAsync(group, node, page.Acked(1));

        Expect.Same(before, await SnapshotAsync(bench, group), "What is left");
        await bench.DieAsync(node);
        Expect.SameList([0L, 1L, 3L], await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task EachHearsAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 9);
        var (first, second) = (await bench.ClaimAsync(group, node, most: 5), await bench.ClaimAsync(group, node));
        await bench.SettleAsync(group, node, second.Failed(Nack(7), Nack(8)));
        var retries = (await bench.RetriesAsync(group, node)).Retries;

        var result = await bench.Store.Deliveries.SettleAsync(
            group, node,
            [first.Whole(), first.Whole() with { Token = Guid.CreateVersion7() }, second.Acked(5)],
            [new RetrySettlement(7, retries[0].Token, null), new RetrySettlement(8, Guid.CreateVersion7(), null)]);

        Expect.SameList([true, false, true], result.Leases, "Leases that were held");
        Expect.SameList([true, false], result.Retries, "Retries that were held");
    }

    private static async Task ForeignOffsetAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 9);
        var (first, second) = (await bench.ClaimAsync(group, node, most: 5), await bench.ClaimAsync(group, node));
        var before = await SnapshotAsync(bench, group);

        await Expect.FaultAsync(
            FaultKind.Refused, () => bench.Store.Deliveries.SettleAsync(group, node, [second.Whole(), first.Acked(0, 7)], []), "An ack of what is not of its lease");

        Expect.Same(before, await SnapshotAsync(bench, group), "What is left");
    }

    // Five events, of which the node holds four under a lease and one as a retry.
    private static async Task<(GroupKey Group, Guid Node, ClaimedPage Page, ClaimedRetry Retry)> HoldingAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 5);
        var page = await bench.ClaimAsync(group, node);
        await bench.SettleAsync(group, node, page.Failed(Nack(3)));
        return (group, node, page, Expect.One((await bench.RetriesAsync(group, node)).Retries, "Retries"));
    }

    private static async Task NothingChangesAsync(Bench bench, GroupKey group, Guid node, ClaimedPage? page, IReadOnlyList<ClaimedRetry> retries)
    {
        var before = await SnapshotAsync(bench, group);
        LeaseSettlement[] leases = page is null ? [] : [page.Whole(), page.Acked(0, 1), page.Failed(Nack(0)), page.Failed(Bury(1))];
        foreach (var late in leases)
            Expect.That(!await bench.SettleAsync(group, node, late), "A lease was held that is not the answerer's.");
        foreach (var retry in retries)
        {
            foreach (var failed in new[] { null, Nack(retry.Event.Offset), Bury(retry.Event.Offset) })
                Expect.That(!await bench.SettleAsync(group, node, retry, failed), "A retry was held that is not the answerer's.");
        }

        Expect.Same(before, await SnapshotAsync(bench, group), "The group after late answers");
    }

    private static async Task<GroupStatus> SnapshotAsync(Bench bench, GroupKey group) => await bench.StatusAsync(group) with { LagAge = null };
}
