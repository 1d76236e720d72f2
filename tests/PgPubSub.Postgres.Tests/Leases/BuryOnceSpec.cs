using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Proxies;
using static PgPubSub.Postgres.Tests.Leases.Claims;

namespace PgPubSub.Postgres.Tests.Leases;

/// <summary>R7: a burial leaves one dead letter and nothing to hand out, though its session dies in the middle or its answer is lost.</summary>
public sealed class BuryOnceSpec : StoreSpec
{
    private const string OfLease = "out of a lease", OfRetry = "of a retry", OfPrivate = "of a private subscriber";
    private const long Buried = 1;

    private Guid _node;

    [Theory]
    [InlineData(OfLease, "AFTER INSERT ON pgpubsub.dead_letter")]
    [InlineData(OfLease, "BEFORE UPDATE OR DELETE ON pgpubsub.lease")]
    [InlineData(OfRetry, "AFTER INSERT ON pgpubsub.dead_letter")]
    [InlineData(OfRetry, "BEFORE UPDATE OR DELETE ON pgpubsub.retry")]
    [InlineData(OfPrivate, "AFTER INSERT ON pgpubsub.dead_letter")]
    public async Task A_session_that_dies_between_burying_and_removing_has_done_neither(string burial, string where)
    {
        var bury = await PrepareAsync(burial);
        await using var gate = await Direct.OpenAsync();
        await CloseAsync(gate, where);

        var dying = bury(Store);
        await Direct.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {gate.ProcessID} = ANY (pg_blocking_pids(pid)))");
        await Direct.RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {gate.ProcessID} = ANY (pg_blocking_pids(pid))");
        await Assert.ThrowsAsync<StoreException>(() => dying);
        Assert.Empty(await DeadAsync());
        Assert.Equal(burial == OfRetry ? 1 : 0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.retry"));

        await Direct.RunAsync(gate, "SELECT pg_advisory_unlock_all()");
        await bury(Store);
        await CheckAsync();
    }

    [Theory]
    [InlineData(OfLease, true)]
    [InlineData(OfLease, false)]
    [InlineData(OfRetry, true)]
    [InlineData(OfRetry, false)]
    [InlineData(OfPrivate, true)]
    [InlineData(OfPrivate, false)]
    public async Task A_burial_that_arrives_after_its_client_was_cut_off_happens_once(string burial, bool retryFirst)
    {
        var bury = await PrepareAsync(burial);
        var proxy = Keep(new TcpProxy(Server));
        var cutOff = Open(o => o.ConnectionString = proxy.ConnectionString);
        await NodeAsync(cutOff);

        var holding = proxy.HoldAsync();
        var lost = bury(cutOff);
        var held = await holding;
        held.CutClient();
        Assert.Equal(FaultKind.Unknown, (await Assert.ThrowsAsync<StoreException>(() => lost)).Kind);

        if (!retryFirst)
            await held.HandOnAsync();
        await bury(Store);
        if (retryFirst)
            await held.HandOnAsync();
        await CheckAsync();
    }

    // Three events, the second of which is to be buried.
    private async Task<Func<PostgresStore, Task>> PrepareAsync(string burial)
    {
        var topic = await TopicAsync();
        await AppendAsync(topic, 3);
        _node = await NodeAsync();
        if (burial == OfPrivate)
            return store => store.Deliveries.BuryPrivateAsync(topic, "a consumer", Bury(Buried));
        var group = await GroupAsync(topic);
        var page = await Store.ClaimAsync(group, _node);
        if (burial == OfLease)
            return store => store.SettleAsync(group, _node, page.Failed(Bury(Buried)));
        await Store.SettleAsync(group, _node, page.Failed(Nack(Buried)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(group, _node));
        return store => store.SettleAsync(group, _node, retry, Bury(Buried));
    }

    // Whoever comes to this place waits there until the gate is open.
    private async Task CloseAsync(NpgsqlConnection gate, string where)
    {
        var key = $"hashtextextended('{Schema}', 0)";
        await Direct.RunAsync($"""
            CREATE FUNCTION pgpubsub.pass_gate() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM pg_advisory_xact_lock({key}); RETURN NULL; END $f$;
            CREATE TRIGGER gate {where} FOR EACH STATEMENT EXECUTE FUNCTION pgpubsub.pass_gate()
            """);
        await Direct.RunAsync(gate, $"SELECT pg_advisory_lock({key})");
    }

    // Once the node is gone, whatever it held waits as a retry.
    private async Task CheckAsync()
    {
        Assert.Equal([Buried], await DeadAsync());
        await Store.Nodes.DepartAsync(_node);
        Assert.DoesNotContain(Buried, await Direct.ListAsync<long>("SELECT \"offset\" FROM pgpubsub.retry"));
    }

    private Task<IReadOnlyList<long>> DeadAsync() => Direct.ListAsync<long>("SELECT \"offset\" FROM pgpubsub.dead_letter");
}
