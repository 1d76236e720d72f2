using System.Globalization;
using PgPubSub.Postgres.Verification;
using PgPubSub.Testing;

namespace PgPubSub.Postgres.Tests.Verification;

/// <summary>Who stands in the way is named: with the session, its application, what it does and for how long.</summary>
public sealed class HoldersSpec : VerifySpec
{
    [Theory]
    [InlineData("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pgpubsub.topic")]
    [InlineData("BEGIN; SELECT pg_current_xact_id()")]
    public async Task A_session_that_holds_back_the_server_is_named(string sql)
    {
        await using var pins = new Sessions(With(c => c.ApplicationName = "a report"), Schema);
        await using var stranger = await pins.OpenAsync();
        await pins.RunAsync(stranger, sql);

        var finding = (await Store.VerifyAsync(HeldBack(TimeSpan.Zero))).Findings.Single(f => f.Holder?.Pid == stranger.ProcessID);

        Assert.Equal(FindingKind.VacuumHeldBack, finding.Kind);
        Assert.Equal(("a report", "postgres", "idle in transaction"), (finding.Holder!.Name, finding.Holder.Role, finding.Holder.State));
        Assert.NotNull(finding.Holder.Age);
        Assert.Contains(stranger.ProcessID.ToString(CultureInfo.InvariantCulture), finding.What, StringComparison.Ordinal);
        Assert.Contains("pg_terminate_backend", finding.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain((await Store.VerifyAsync(HeldBack(TimeSpan.FromMinutes(1)))).Findings, f => f.Holder?.Pid == stranger.ProcessID);
    }

    [Fact]
    public async Task A_session_that_sits_in_a_transaction_and_holds_nothing_back_is_none()
    {
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, "BEGIN; SELECT count(*) FROM pgpubsub.topic");
        await Direct.RunAsync(stranger, "SET LOCAL work_mem = '1MB'"); // the snapshot of before is gone with its statement

        Assert.DoesNotContain((await Store.VerifyAsync(HeldBack(TimeSpan.Zero))).Findings, f => f.Holder?.Pid == stranger.ProcessID);
    }

    [Theory]
    [InlineData("SHARE")]
    [InlineData("ACCESS EXCLUSIVE")]
    public async Task Who_has_locked_a_table_is_named_and_what_can_t_be_looked_at_meanwhile_is_told(string mode)
    {
        await Store.VerifyAsync(Options); // what the schema is was seen before
        await using var pins = new Sessions(With(c => c.ApplicationName = "a migration"), Schema);
        await using var stranger = await pins.OpenAsync();
        await pins.RunAsync(stranger, $"BEGIN; LOCK TABLE pgpubsub.lease IN {mode} MODE");

        var findings = (await Store.VerifyAsync(Options)).Findings;

        var locked = findings.Single(f => f.Kind is FindingKind.TableLocked);
        Assert.Equal((stranger.ProcessID, "a migration"), (locked.Holder!.Pid, locked.Holder.Name));
        Assert.Contains("has locked table lease", locked.What, StringComparison.Ordinal);
        Assert.Equal(mode == "SHARE" ? [] : new[] { FindingKind.NotLookedAt }, findings.Where(f => f != locked).Select(f => f.Kind));
    }

    [Fact]
    public async Task Who_waits_for_a_table_lock_is_named_too_and_a_harmless_lock_is_not()
    {
        await using var reader = await Direct.OpenAsync();
        await Direct.RunAsync(reader, "BEGIN; SELECT count(*) FROM pgpubsub.mark");
        await using var harmless = await Direct.OpenAsync();
        await Direct.RunAsync(harmless, "BEGIN; LOCK TABLE pgpubsub.retry IN SHARE UPDATE EXCLUSIVE MODE");
        await using var stranger = await Direct.OpenAsync();
        var waiting = Direct.RunAsync(stranger, "BEGIN; LOCK TABLE pgpubsub.mark IN ACCESS EXCLUSIVE MODE");
        await Direct.UntilAsync($"SELECT count(*) = 1 FROM pg_locks WHERE pid = {stranger.ProcessID} AND NOT granted");

        var finding = Assert.Single((await Store.VerifyAsync(Options)).Findings, f => f.Kind is FindingKind.TableLocked);

        Assert.Equal(stranger.ProcessID, finding.Holder!.Pid);
        Assert.Contains("waits for a lock on table mark", finding.What, StringComparison.Ordinal);
        await Direct.RunAsync(reader, "COMMIT");
        await waiting;
    }

    [FactOfServerBinaries]
    public async Task A_prepared_transaction_is_named()
    {
        await using var server = await ThrowawayServer.StartAsync(new ThrowawayOptions { Settings = [("max_prepared_transactions", "5")] });
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = server.ConnectionString });
        await store.MigrateAsync();
        await using var direct = new Sessions(server.ConnectionString, "pgpubsub");
        await using (var stranger = await direct.OpenAsync())
            await direct.RunAsync(stranger, "BEGIN; LOCK TABLE pgpubsub.event IN EXCLUSIVE MODE; SELECT pg_current_xact_id(); PREPARE TRANSACTION 'forgotten'");

        var findings = (await store.VerifyAsync(HeldBack(TimeSpan.Zero))).Findings;

        Assert.Equal([FindingKind.VacuumHeldBack, FindingKind.TableLocked], findings.Select(f => f.Kind));
        Assert.All(findings, f => Assert.Equal((null, "forgotten", "postgres", "prepared transaction"), (f.Holder!.Pid, f.Holder.Name, f.Holder.Role, f.Holder.State)));
        await direct.RunAsync("ROLLBACK PREPARED 'forgotten'");
        Assert.True((await store.VerifyAsync(HeldBack(TimeSpan.Zero))).IsClean);
    }

    private static VerifyOptions HeldBack(TimeSpan after)
    {
        var options = Options;
        options.HeldBackAfter = after;
        return options;
    }
}
