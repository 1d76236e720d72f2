using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Tests.Leases;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Postgres.Tests.Verification;

/// <summary>A system at work has no findings, and is not changed by looking at it.</summary>
public sealed class LiveSpec : VerifySpec
{
    private const int Rounds = 60;

    [Fact]
    public async Task A_healthy_schema_is_clean()
    {
        var report = await Store.VerifyAsync(Options);

        Assert.Empty(report.Findings);
        Assert.True(report is { IsClean: true, IsComplete: true, Topics: 1, Events: 10 });
    }

    [Fact]
    public async Task A_system_under_load_is_clean_however_often_it_is_looked_at()
    {
        using var over = new CancellationTokenSource();
        // Out of retention's minute of youth from the first moment on.
        await MakeOldAsync(Topic);
        await Direct.RunAsync("""
            CREATE FUNCTION pgpubsub.age() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.published_at := NEW.published_at - interval '1 hour'; RETURN NEW; END $$;
            CREATE TRIGGER age BEFORE INSERT ON pgpubsub.event FOR EACH ROW EXECUTE FUNCTION pgpubsub.age()
            """);
        await Store.Nodes.DepartAsync(Node); // what it holds is for those who work
        var others = await TopicAsync("invoices");
        var second = await GroupAsync(Topic, "shipping");
        Task<long>[] work =
        [
            PublishAsync(Topic, over.Token), PublishAsync(Topic, over.Token), PublishAsync(others, over.Token),
            HandleAsync(Group, over.Token), HandleAsync(Group, over.Token), HandleAsync(second, over.Token), TrimAsync(over.Token), SeekAsync(second, over.Token),
        ];
        var (verifying, events) = (Open(), 0L);
        for (var i = 0; i < Rounds; i++)
        {
            var report = await verifying.VerifyAsync(Options);
            Assert.True(report.IsClean, string.Join(' ', report.Findings.Select(f => $"{f.Kind}: {f.What}")));
            events += report.Events;
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll(work), done => Assert.True(done > 5, $"only {done} steps"));
        Assert.True(events > Rounds);
        Assert.True(await Direct.ScalarAsync<long>("SELECT max(floor) FROM pgpubsub.topic") > 0);
        Assert.Equal(FindingKind.Gap, await PlantedAsync());
    }

    [Fact]
    public async Task It_reads_only_and_needs_no_more_than_to_read()
    {
        var role = Schema + "_reader";
        await Direct.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'x'; ALTER ROLE {role} SET default_transaction_read_only = on; GRANT USAGE ON SCHEMA pgpubsub TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA pgpubsub TO {role}");
        try
        {
            await Direct.RunAsync("UPDATE pgpubsub.lease SET node = gen_random_uuid() WHERE lo = 0");
            await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = With(c => (c.Username, c.Password) = (role, "x")), Schema = Schema });

            var report = await store.VerifyAsync(Options);

            Assert.Equal(FindingKind.LeaseWithoutNode, Assert.Single(report.Findings).Kind);
            Assert.Contains("pg_read_all_stats", Assert.Single(report.NotSeen), StringComparison.Ordinal);
        }
        finally
        {
            await Direct.RunAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_schema_that_is_not_there_is_told_and_not_made()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = Schema + "_none" });

        Assert.Equal(FaultKind.Schema, (await Assert.ThrowsAsync<StoreException>(() => store.VerifyAsync())).Kind);
        Assert.False(await Direct.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{Schema}_none')"));
    }

    [Fact]
    public async Task What_heals_within_the_grace_is_no_finding()
    {
        await Direct.RunAsync("UPDATE pgpubsub.lease SET node = gen_random_uuid() WHERE lo = 0; INSERT INTO pgpubsub.mark (topic, node, low) SELECT id, gen_random_uuid(), 7 FROM pgpubsub.topic");
        var grace = TimeSpan.FromMinutes(7);
        var healing = new HealingClock(grace, () => Direct.RunAsync("UPDATE pgpubsub.lease SET node = (SELECT id FROM pgpubsub.node) WHERE lo = 0"));
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = Server, Schema = Schema }, healing);

        var report = await store.VerifyAsync(new VerifyOptions { Grace = grace, HeldBackAfter = TimeSpan.FromDays(1) });

        Assert.Equal([FindingKind.MarkWithoutNode], report.Findings.Select(f => f.Kind));
    }

    [Fact]
    public async Task Limits_hold_and_what_they_leave_out_is_told()
    {
        await Direct.RunAsync("DELETE FROM pgpubsub.event WHERE \"offset\" IN (1, 8)");
        var newest = Options;
        newest.MostEvents = 5;

        var report = await Store.VerifyAsync(newest);

        Assert.Equal([8L], report.Findings.Select(f => f.Offset));
        Assert.Contains("0 to 4", Assert.Single(report.NotSeen), StringComparison.Ordinal);
        var one = Options;
        one.MostFindings = 1;
        var first = await Store.VerifyAsync(one);
        Assert.Equal([1L], first.Findings.Select(f => f.Offset));
        Assert.False(first.IsComplete);
        await Assert.ThrowsAsync<ArgumentException>(() => Store.VerifyAsync(new VerifyOptions { MostEvents = 0, MostFindings = 0, Grace = -TimeSpan.FromSeconds(1) }));
    }

    private async Task<FindingKind> PlantedAsync()
    {
        await Direct.RunAsync("DELETE FROM pgpubsub.event e WHERE e.\"offset\" = (SELECT max(x.\"offset\") - 1 FROM pgpubsub.event x WHERE x.topic = e.topic)");
        return (await Store.VerifyAsync(Options)).Findings[0].Kind;
    }

    private async Task<long> PublishAsync(TopicId topic, CancellationToken over)
    {
        var store = Open();
        var steps = 0L;
        for (; !over.IsCancellationRequested; steps++)
            await store.Log.AppendAsync(topic, 0, Events.Many(20));
        return steps;
    }

    private async Task<long> HandleAsync(GroupKey group, CancellationToken over)
    {
        var store = Open();
        var node = await NodeAsync(store);
        var steps = 0L;
        for (; !over.IsCancellationRequested; steps++)
        {
            var page = await store.ClaimAsync(group, node, most: 10);
            if (!page.IsEmpty)
            {
                await store.SettleAsync(group, node, page.Failed(Claims.Nack(page.Lo), Claims.Bury(page.Hi - 1)));
                await store.SettleAsync(group, node, page.Whole());
            }

            foreach (var retry in await store.ClaimRetriesAsync(group, node, most: 10))
                await store.SettleAsync(group, node, retry, steps % 3 == 0 ? Claims.Nack(retry.Event.Offset, 2) : steps % 3 == 1 ? Claims.Bury(retry.Event.Offset) : null);
        }

        return steps;
    }

    private async Task<long> TrimAsync(CancellationToken over)
    {
        var store = Open();
        var node = await NodeAsync(store);
        var steps = 0L;
        for (; !over.IsCancellationRequested; steps++)
        {
            await store.Nodes.MarkAsync(node, [new(Topic, steps)]);
            await store.TrimAsync(Topic, keep: 5);
            await store.Topics.SweepAsync(CancellationToken.None);
        }

        return steps;
    }

    private async Task<long> SeekAsync(GroupKey group, CancellationToken over)
    {
        var store = Open();
        var steps = 0L;
        for (; !over.IsCancellationRequested; steps++)
            await store.Subscriptions.SeekAsync(group, steps % 2 == 0 ? StartFrom.Earliest : StartFrom.Latest);
        return steps;
    }
}
