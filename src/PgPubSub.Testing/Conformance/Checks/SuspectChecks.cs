using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R7: a message that kills its nodes buries itself, and no innocent with it.</summary>
internal static class SuspectChecks
{
    private const int Events = 6, Killer = 3;

    public static StoreCheck[] All { get; } =
    [
        .. new[] { (1, 2), (2, 2), (3, 3), (5, 5) }.Select(rule => new StoreCheck(
            "R7", $"Where {rule.Item1} attempts are allowed, a killer among innocents is buried alone, by death {rule.Item2}",
            bench => BuriedAsync(bench, rule.Item1, rule.Item2))),
        new("R7", "Where attempts have no cap a killer is never buried, and its deaths and attempts go on counting", NoCapAsync),
        new("R7", "A killer of a group that keeps no dead letters is dropped", DroppedAsync),
        new("R7", "A suspect that was never handed out when its node departs or has lost its claim is not buried, and waits as it did", UnbegunAsync),
    ];

    private static GroupRules Rules(int maxAttempts) => GroupRules.Default with { Retry = new RetryRules(maxAttempts, TimeSpan.Zero, 1, TimeSpan.Zero) };

    private static async Task BuriedAsync(Bench bench, int maxAttempts, int deathsUntilBuried)
    {
        var (topic, group, _) = await bench.SetAsync(Events, Rules(maxAttempts));
        var handled = new List<long>();
        for (var deaths = 1; deaths <= deathsUntilBuried; deaths++)
        {
            Expect.That(await LiveAsync(bench, group, handled), "The killer was not handed out.");
            Expect.SameList(deaths == deathsUntilBuried ? [Killer] : [], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), $"Dead letters after {deaths} deaths");
        }

        Expect.That(!await LiveAsync(bench, group, handled), "The killer was handed out after it was buried.");
        Expect.SameList(Bench.Range(0, Events).Where(offset => offset != Killer), handled.Order(), "What was handled, each once");
        var status = await bench.StatusAsync(group);
        Expect.Same((0L, 0L, 1L), (status.InFlight, status.Retrying, status.Dead), "What is out, waits and is dead in the end");
    }

    private static async Task NoCapAsync(Bench bench)
    {
        var (topic, group, _) = await bench.SetAsync(Killer + 1, Rules(maxAttempts: 0));
        var handled = new List<long>();
        for (var deaths = 1; deaths <= 7; deaths++)
            Expect.That(await LiveAsync(bench, group, handled), "The killer was not handed out.");

        var suspect = Expect.One((await bench.RetriesAsync(group, await bench.NodeAsync(), most: 1, suspects: true)).Retries, "Suspects");
        Expect.Same((Killer, 7, 7), (suspect.Event.Offset, suspect.Attempts, suspect.Deaths), "Its offset, attempts and deaths");
        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
    }

    private static async Task DroppedAsync(Bench bench)
    {
        var (topic, group, _) = await bench.SetAsync(Events, Rules(maxAttempts: 2) with { DeadLetter = false });
        var handled = new List<long>();
        while (handled.Count < Events && await LiveAsync(bench, group, handled))
            continue;

        Expect.SameList(Bench.Range(0, Events).Where(offset => offset != Killer), handled.Order(), "What was handled, each once");
        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
    }

    private static async Task UnbegunAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 1, Rules(maxAttempts: 2));
        await bench.ClaimAsync(group, node);
        await bench.DieAsync(node);
        for (var time = 0; time < 3; time++)
        {
            var next = await bench.NodeAsync();
            var suspect = Expect.One((await bench.RetriesAsync(group, next, most: 1, suspects: true)).Retries, "Suspects");
            Expect.Same((1, 1), (suspect.Attempts, suspect.Deaths), "Its attempts and deaths");
            if (time == 0)
                await bench.Store.Nodes.DepartAsync(next, [suspect.Token]);
            else
                await bench.Store.Nodes.ReturnOrphansAsync(next, [suspect.Token], [suspect.Token]);
        }

        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
    }

    // A node as the rules have it: what is not suspect goes out at once and together, suspects one at a time. True where it dies, with the killer out.
    private static async Task<bool> LiveAsync(Bench bench, GroupKey group, List<long> handled)
    {
        var node = await bench.NodeAsync();
        var page = await bench.ClaimAsync(group, node);
        var retries = (await bench.RetriesAsync(group, node)).Retries;
        if (page.Events.Any(e => e.Offset == Killer) || retries.Any(r => r.Event.Offset == Killer))
        {
            await bench.DieAsync(node);
            return true;
        }

        foreach (var retry in retries)
            await HandleAsync(retry);
        while ((await bench.RetriesAsync(group, node, most: 1, suspects: true)).Retries is [var suspect])
        {
            if (suspect.Event.Offset == Killer)
            {
                await bench.DieAsync(node);
                return true;
            }

            await HandleAsync(suspect);
        }

        await bench.Store.Nodes.DepartAsync(node);
        return false;

        async Task HandleAsync(ClaimedRetry retry)
        {
            Expect.That(await bench.SettleAsync(group, node, retry), "The claimed retry was not held.");
            handled.Add(retry.Event.Offset);
        }
    }
}
