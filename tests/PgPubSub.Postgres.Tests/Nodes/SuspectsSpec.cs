using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Nodes;

/// <summary>A message that kills its nodes is buried, and no innocent with it.</summary>
public sealed class SuspectsSpec : StoreSpec
{
    private GroupKey _group;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    public async Task A_killer_among_innocents_is_buried_alone_and_after_as_many_deaths_as_the_rule_says(int maxAttempts, int deathsUntilBuried)
    {
        const int killer = 3, count = 8;
        var topic = await TopicAsync();
        await AppendAsync(topic, count);
        var rules = GroupRules.Default with { Retry = new RetryRules(maxAttempts, TimeSpan.Zero, 1, TimeSpan.Zero) };
        _group = (await Store.Subscriptions.EnsureGroupAsync(topic, "g", StartFrom.Earliest, rules, change: true, CancellationToken.None)).Key;
        var handled = new SortedSet<long>();
        var deaths = 0;

        while (await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.dead_letter") == 0)
        {
            Assert.InRange(deaths, 0, deathsUntilBuried - 1);
            await LiveUntilKilledAsync(killer, handled);
            deaths++;
        }

        Assert.Equal(deathsUntilBuried, deaths);
        Assert.Equal(killer, await Direct.ScalarAsync<long>("SELECT \"offset\" FROM pgpubsub.dead_letter"));
        await LiveUntilKilledAsync(killer, handled);
        Assert.Equal(Enumerable.Range(0, count).Where(i => i != killer).Select(i => (long)i), handled);
        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT (SELECT count(*) FROM pgpubsub.retry) + (SELECT count(*) FROM pgpubsub.lease)"));
    }

    [Fact]
    public async Task Without_a_cap_a_killer_is_never_buried()
    {
        var topic = await TopicAsync();
        await AppendAsync(topic, 1);
        var rules = GroupRules.Default with { Retry = new RetryRules(0, TimeSpan.Zero, 1, TimeSpan.Zero) };
        _group = (await Store.Subscriptions.EnsureGroupAsync(topic, "g", StartFrom.Earliest, rules, change: true, CancellationToken.None)).Key;
        for (var i = 0; i < 7; i++)
            await LiveUntilKilledAsync(killer: 0, []);
        Assert.Equal((7, 7), (await Direct.ScalarAsync<int>("SELECT attempts FROM pgpubsub.retry"), await Direct.ScalarAsync<int>("SELECT deaths FROM pgpubsub.retry")));
        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.dead_letter"));
    }

    // A node as the rules have it: whatever is not suspect goes out at once and together, suspects one at a time. It dies with the killer out.
    private async Task LiveUntilKilledAsync(int killer, SortedSet<long> handled)
    {
        await using var store = Open();
        var node = await NodeAsync(store);
        var page = await store.ClaimAsync(_group, node);
        var retries = await store.ClaimRetriesAsync(_group, node);
        if (page.Events.Any(e => e.Offset == killer) || retries.Any(r => r.Event.Offset == killer))
        {
            await DieAsync();
            return;
        }

        foreach (var retry in retries)
            await HandleAsync(retry);
        while ((await store.Deliveries.ClaimRetriesAsync(_group, node, Guid.CreateVersion7(), 1, suspects: true)).Retries is [var suspect])
        {
            if (suspect.Event.Offset == killer)
            {
                await DieAsync();
                return;
            }

            await HandleAsync(suspect);
        }

        await store.Nodes.DepartAsync(node);

        async Task HandleAsync(ClaimedRetry retry)
        {
            Assert.True(await store.SettleAsync(_group, node, retry));
            Assert.True(handled.Add(retry.Event.Offset), "handled once");
        }

        async Task DieAsync()
        {
            var seen = (await Store.Nodes.WatchAsync(Guid.Empty, CancellationToken.None)).Single(n => n.Id == node);
            Assert.True(await Store.Nodes.TakeOverAsync(seen));
        }
    }
}
