using PgPubSub.Core.Faults;
using static PgPubSub.Testing.Conformance.Answers;
using static PgPubSub.Testing.Conformance.Bench;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R3: each group handles each event at least once. R4: between a claim and its settlement one node owns an offset of a group.</summary>
internal static class ClaimChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R3", "Each group gets each event", EachGroupAsync),
        new("R3", "A claim whose answer was lost is found by its token, and only by that", FoundAsync),
        new("R3", "A claim takes no more events and bytes than it asks for, but never less than one event", BoundsAsync),
        new("R4", "Many claimers get every offset exactly once while it is published", ManyClaimersAsync),
        new("R4", "Many claimers get every retry exactly once", ManyRetriesAsync),
        new("R4", "What is leased is claimed by nobody else", LeasedAsync),
        new("R4", "Of many who take over a dead node one wins", OneTakerAsync),
        new("R4", "A node that is not registered, or not any more, gets nothing", UnregisteredAsync),
    ];

    private static async Task EachGroupAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 25);
        var other = await bench.GroupAsync(topic, name: "other");
        foreach (var one in new[] { group, other })
        {
            var got = new List<long>();
            while (await bench.ClaimAsync(one, node, most: 4) is { IsEmpty: false } page)
                got.AddRange(page.Events.Select(e => e.Offset));
            Expect.SameList(Range(0, 25), got, "What a group was handed");
        }

        await bench.AppendAsync(topic, 1);
        Expect.SameList([25L], (await bench.ClaimAsync(group, node)).Events.Select(e => e.Offset), "What a group is handed of what came later");
    }

    private static async Task FoundAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 10);
        await bench.ClaimAsync(group, node, most: 2);
        var asked = Claim(group, node, most: 3);
        Expect.That(await bench.Store.Deliveries.FindClaimAsync(asked) is null, "A claim was found before it was made.");
        var page = await bench.Store.Deliveries.ClaimAsync(asked);
        await bench.ClaimAsync(group, node, most: 2);

        var found = await bench.Store.Deliveries.FindClaimAsync(asked) ?? throw new ConformanceException("A claim was not found.");

        Expect.Same((page.Generation, page.Lo, page.Hi, page.Token), (found.Generation, found.Lo, found.Hi, found.Token), "The lease");
        Expect.SameList(page.Events.Select(e => e.Id), found.Events.Select(e => e.Id), "Its events");
    }

    private static async Task BoundsAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.Store.Log.AppendAsync(topic, 0, [.. Events(10).Select(e => e with { ContentType = "text/plain", Data = new byte[100] })]);
        var (group, node) = (await bench.GroupAsync(topic), await bench.NodeAsync());

        foreach (var (most, bytes, expected) in new[] { (3, long.MaxValue, 3), (9, 250L, 2), (9, 50L, 1), (9, 300L, 3), (1_000, long.MaxValue, 1), (1_000, long.MaxValue, 0) })
        {
            var page = await bench.Store.Deliveries.ClaimAsync(Claim(group, node, most, bytes));
            Expect.Same(expected, page.Events.Count, $"Events of a claim that asked for {most} of {bytes} bytes at most");
            Expect.SameList(Range(page.Lo, page.Hi), page.Events.Select(e => e.Offset), "Events of the lease");
        }
    }

    private static async Task ManyClaimersAsync(Bench bench)
    {
        const int publishers = 3, batches = 20, size = 10;
        var (topic, group, _) = await bench.SetAsync(events: 0);
        var publishing = ManyAsync(publishers, async _ =>
        {
            for (var i = 0; i < batches; i++)
                await bench.Store.Log.AppendAsync(topic, 0, Events(size));
            return true;
        });

        var claimed = await ManyAsync(6, async i =>
        {
            var (mine, node) = (new List<long>(), await bench.NodeAsync());
            while (true)
            {
                var over = publishing.IsCompleted;
                var page = await bench.ClaimAsync(group, node, most: 5 + i);
                Expect.SameList(Range(page.Lo, page.Hi), page.Events.Select(e => e.Offset), "Events of a lease");
                mine.AddRange(page.Events.Select(e => e.Offset));
                if (over && page.IsEmpty)
                    return mine;
            }
        });

        await publishing;
        Expect.SameList(Range(0, publishers * batches * size), claimed.SelectMany(x => x).Order(), "What all claimers got together");
    }

    private static async Task ManyRetriesAsync(Bench bench)
    {
        const int count = 120;
        var (_, group, node) = await bench.SetAsync(events: count);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).AllBut([.. Range(0, count).Select(offset => Nack(offset))]));

        // A claimer may find nothing while others look at what is left: whoever finds nothing once more at the end leaves nothing.
        var claimed = await ManyAsync(6, async _ =>
        {
            var (mine, claimer) = (new List<long>(), await bench.NodeAsync());
            while (await bench.RetriesAsync(group, claimer, most: 7) is { IsEmpty: false } some)
                mine.AddRange(some.Retries.Select(r => r.Event.Offset));
            return mine;
        });
        var rest = await bench.RetriesAsync(group, await bench.NodeAsync());

        Expect.SameList(Range(0, count), claimed.SelectMany(x => x).Concat(rest.Retries.Select(r => r.Event.Offset)).Order(), "What all claimers got together");
    }

    private static async Task LeasedAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 5);
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Failed(Nack(2)));
        await bench.RetriesAsync(group, node);

        Expect.SameList([], await bench.HandedOutAsync(group), "What another node is handed of what is out");
    }

    private static async Task OneTakerAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 5);
        await bench.ClaimAsync(group, node);
        var seen = await bench.SeeAsync(node);

        var won = await ManyAsync(5, _ => bench.Store.Nodes.TakeOverAsync(seen));

        Expect.Same(1, won.Count(w => w), "Takers that won");
        Expect.SameList(Range(0, 5), await bench.HandedOutAsync(group), "What came back");
    }

    private static async Task UnregisteredAsync(Bench bench)
    {
        var (_, group, node) = await bench.SetAsync(events: 5);
        await bench.DieAsync(node);

        foreach (var nobody in new[] { node, Guid.CreateVersion7() })
        {
            await Expect.FaultAsync(FaultKind.Gone, () => bench.ClaimAsync(group, nobody), "A claim of a node that is not registered");
            await Expect.FaultAsync(FaultKind.Gone, () => bench.RetriesAsync(group, nobody), "A claim of retries of a node that is not registered");
        }

        Expect.Same(0, (await bench.StatusAsync(group)).Position, "The group's position");
    }
}
