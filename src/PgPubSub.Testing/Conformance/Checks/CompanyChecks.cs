using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R7: whom a death buries that several messages were there at.</summary>
internal static class CompanyChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R7", "Deaths in company bury nobody", CompanyAsync),
        new("R7", "A suspect beside what was there at as many deaths is not buried, though another group's rules make no suspect of that yet", EqualsAsync),
        new("R7", "A suspect beside what was there at fewer deaths is buried", FewerAsync),
        new("R7", "Of two suspects that a dead node had claimed none is buried", TwoAsync),
    ];

    private static GroupRules Rules(int maxAttempts) => GroupRules.Default with { Retry = new RetryRules(maxAttempts, TimeSpan.Zero, 1, TimeSpan.Zero) };

    private static async Task CompanyAsync(Bench bench)
    {
        // The second hand-out is the last that is allowed; whoever holds two such messages when it dies has killed neither for sure.
        var (topic, group, node) = await bench.SetAsync(events: 2, Rules(maxAttempts: 2));
        await bench.SettleAsync(group, node, (await bench.ClaimAsync(group, node)).Failed(Answers.Nack(0), Answers.Nack(1)));
        Expect.Same(2, (await bench.RetriesAsync(group, node)).Retries.Count, "Retries");

        await bench.DieAsync(node);

        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
        var next = await bench.NodeAsync();
        Expect.SameList([], (await bench.RetriesAsync(group, next)).Retries.Select(r => r.Event.Offset), "Retries that are no suspects");
        var suspect = Expect.One((await bench.RetriesAsync(group, next, most: 1, suspects: true)).Retries, "Suspects claimed");
        Expect.Same((2, 1), (suspect.Attempts, suspect.Deaths), "Its attempts and deaths");
        await bench.DieAsync(next);
        Expect.SameList([suspect.Event.Offset], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters after a death alone");
    }

    private static async Task EqualsAsync(Bench bench)
    {
        var (topic, patient, node) = await bench.SetAsync(events: 1, Rules(maxAttempts: 5));
        var strict = await bench.GroupAsync(topic, Rules(maxAttempts: 1), name: "strict");
        await bench.ClaimAsync(patient, node);
        await bench.ClaimAsync(strict, node);
        await bench.DieAsync(node);

        var next = await bench.NodeAsync();
        Expect.One((await bench.RetriesAsync(patient, next)).Retries, "Retries of the patient group");
        Expect.One((await bench.RetriesAsync(strict, next, most: 1, suspects: true)).Retries, "Suspects of the strict group");
        await bench.DieAsync(next);
        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters after a death beside an equal");

        var last = await bench.NodeAsync();
        var suspect = Expect.One((await bench.RetriesAsync(strict, last, most: 1, suspects: true)).Retries, "Suspects of the strict group");
        Expect.Same((2, 2), (suspect.Attempts, suspect.Deaths), "Its attempts and deaths");
        Expect.SameList([], (await bench.RetriesAsync(patient, last)).Retries.Select(r => r.Event.Offset), "Retries of the patient group that are no suspects");
        await bench.DieAsync(last);
        Expect.Same("strict", Expect.One(await bench.DeadAsync(topic), "Dead letters after a death alone").Subscriber, "Whose it is");
    }

    private static async Task FewerAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 1, Rules(maxAttempts: 3));
        await bench.ClaimAsync(group, node);
        await bench.DieAsync(node);
        var next = await bench.NodeAsync();
        Expect.One((await bench.RetriesAsync(group, next)).Retries, "Retries");
        await bench.AppendAsync(topic, 1);
        Expect.One((await bench.ClaimAsync(group, next)).Events, "Fresh ones");
        await bench.DieAsync(next);

        var last = await bench.NodeAsync();
        Expect.Same(1, Expect.One((await bench.RetriesAsync(group, last)).Retries, "Retries").Deaths, "Deaths of the innocent");
        Expect.Same(2, Expect.One((await bench.RetriesAsync(group, last, most: 1, suspects: true)).Retries, "Suspects").Deaths, "Deaths of the killer");
        await bench.DieAsync(last);
        Expect.SameList([0], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
    }

    private static async Task TwoAsync(Bench bench)
    {
        var (topic, group, node) = await bench.SetAsync(events: 2, Rules(maxAttempts: 1));
        await bench.ClaimAsync(group, node);
        await bench.DieAsync(node);

        // A claim whose answer was lost holds a suspect that nobody was handed; the next claim gets another.
        var next = await bench.NodeAsync();
        Expect.One((await bench.RetriesAsync(group, next, most: 1, suspects: true)).Retries, "Suspects");
        Expect.One((await bench.RetriesAsync(group, next, most: 1, suspects: true)).Retries, "Suspects");
        await bench.DieAsync(next);
        Expect.SameList([], (await bench.DeadAsync(topic)).Select(d => d.Event.Offset), "Dead letters");
    }
}
