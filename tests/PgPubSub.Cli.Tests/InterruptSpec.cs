using Npgsql;
using PgPubSub.Cli.Output;
using PgPubSub.Cli.Tests.Runs;

namespace PgPubSub.Cli.Tests;

/// <summary>Ctrl-C ends a verb that waits, with a code of its own; what is under way gets the time that it needs, until somebody says that it has none.</summary>
public sealed class InterruptSpec : CliSpec
{
    private const int Gate = 4711;

    // System.CommandLine by itself ends a process 2 s after the signal.
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_verb_that_waits_for_a_lock_is_interrupted()
    {
        await TopicAsync();
        await using var stranger = await StrangerAsync($"BEGIN; LOCK TABLE {Schema}.topic IN ACCESS EXCLUSIVE MODE");
        using var verb = Start("topics");
        await UntilAsync($"SELECT count(*) > 0 FROM pg_locks WHERE relation = '{Schema}.topic'::regclass AND NOT granted");

        await verb.SignalAsync("INT");

        Assert.Equal(ExitCode.Interrupted, await verb.EndAsync());
        Assert.Equal("pgpubsub: Interrupted.", await verb.SaidAsync());
    }

    [Fact]
    public async Task A_publish_whose_commit_is_under_way_ends_with_it_and_says_what_was_published()
    {
        await TopicAsync();
        await using var stranger = await StrangerAsync($"BEGIN; LOCK TABLE {Schema}.event IN SHARE MODE");
        using var publish = await PublishingAsync();

        await publish.SignalAsync("INT");
        await GoesOnAsync(publish);
        await RunAsync(stranger, "COMMIT");

        Assert.Equal(ExitCode.Interrupted, await publish.EndAsync());
        Assert.Equal("Published 1 to topic 'orders', offsets 0 to 0.", await publish.LineAsync());
        Assert.Equal("1", await SqlAsync($"SELECT count(*) FROM {Schema}.event"));
    }

    [Fact]
    public async Task A_consume_that_drains_has_acked_what_it_printed_when_it_ends()
    {
        var group = await GroupAsync(await TopicAsync(events: 3));
        await SqlAsync($"""
            CREATE FUNCTION {Schema}.hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Gate}, '{Schema}.lease'::regclass::int); RETURN OLD; END $$;
            CREATE TRIGGER hold BEFORE DELETE ON {Schema}.lease FOR EACH ROW EXECUTE FUNCTION {Schema}.hold();
            """);
        await using var stranger = await StrangerAsync($"SELECT pg_advisory_lock({Gate}, '{Schema}.lease'::regclass::int)");
        using var consume = Start("consume", "orders", "billing", "--json");
        await consume.DocumentsAsync(3);
        await UntilAsync($"SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND classid = {Gate} AND objid = '{Schema}.lease'::regclass AND NOT granted");

        await consume.SignalAsync("TERM");
        await GoesOnAsync(consume);
        await RunAsync(stranger, "SELECT pg_advisory_unlock_all()");

        Assert.Equal(ExitCode.Interrupted, await consume.EndAsync());
        var status = Assert.Single(await Store.Subscriptions.ListGroupsAsync("orders", "billing", CancellationToken.None));
        Assert.Equal((group, 3L, 0L, 0L), (status.Key, status.Position, status.InFlight, status.Retrying));
        Assert.Equal("0", await SqlAsync($"SELECT count(*) FROM {Schema}.node"));
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once_and_what_is_not_known_is_said()
    {
        await TopicAsync();
        await using var stranger = await StrangerAsync($"BEGIN; LOCK TABLE {Schema}.event IN SHARE MODE");
        using var publish = await PublishingAsync();

        await publish.SignalAsync("INT");
        Assert.Equal("pgpubsub: What is under way gets up to 60 s to end; a second Ctrl-C or signal ends it at once.", await publish.SaidAsync());
        await publish.SignalAsync("INT");

        Assert.Equal(ExitCode.Interrupted, await publish.EndAsync());
        Assert.Equal("pgpubsub: Ended while something was under way: whether it was done is not known.", await publish.SaidAsync());
    }

    private async Task<RunningCli> PublishingAsync()
    {
        var publish = Start("publish", "orders", "1");
        await UntilAsync($"SELECT count(*) > 0 FROM pg_locks WHERE relation = '{Schema}.event'::regclass AND NOT granted");
        return publish;
    }

    private static async Task GoesOnAsync(RunningCli run) => await Assert.ThrowsAsync<TimeoutException>(() => run.EndAsync().WaitAsync(Longer));

    private async Task<NpgsqlConnection> StrangerAsync(string sql)
    {
        var stranger = new NpgsqlConnection(Server);
        await stranger.OpenAsync();
        await RunAsync(stranger, sql);
        return stranger;
    }

    private static async Task RunAsync(NpgsqlConnection stranger, string sql)
    {
        await using var command = new NpgsqlCommand(sql, stranger);
        await command.ExecuteNonQueryAsync();
    }
}
