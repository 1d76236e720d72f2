using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace PgPubSub.Actors.Tests.HealthChecks;

public sealed class ObstaclesSpec : HealthSpec
{
    [Fact]
    public async Task A_table_lock_is_told_with_pid_and_application_also_while_all_connections_hang_behind_it()
    {
        var host = await StartAsync(options => (options.MaxConnections, options.TimeToLive) = (4, TimeSpan.FromSeconds(3)), health => health.LockedAfter = TimeSpan.Zero);
        await PublishAsync(host, "orders", 1);
        await JoinAsync(host, "orders", "billing");
        await UntilHealthyAsync(host);
        var hub = await HubAsync(host);
        var waiting = new List<Task<Published>>();
        await using (var stranger = await StrangerAsync("nightly-report", $"BEGIN; LOCK TABLE {Schema}.event IN ACCESS EXCLUSIVE MODE"))
        {
            for (var i = 0; i < 10; i++)
                waiting.Add(hub.Ask<Published>(new Publish($"t{i}", new Number(i)), Patience));
            await HangingAsync(2);

            var told = await UntilAsync(
                host, "pgpubsub.obstacles", HealthStatus.Degraded, $"Session {stranger.ProcessID} (nightly-report, idle in transaction) has locked table event", "pg_terminate_backend");
            Assert.Equal((stranger.ProcessID, "nightly-report", "event"), ((int)told.Data["holder1.pid"], (string)told.Data["holder1.application"], (string)told.Data["holder1.table"]));
            await UntilAsync(host, "pgpubsub.groups", HealthStatus.Degraded, "could not be measured", "55P03", $"Session {stranger.ProcessID} (nightly-report");
            var report = await ReportAsync(host);
            Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy, HealthStatus.Healthy), (report.Entries["pgpubsub.database"].Status, report.Entries["pgpubsub.schema"].Status, report.Entries["pgpubsub.node"].Status));
            Assert.True(report.TotalDuration < TimeSpan.FromSeconds(10));

            // Longer than its time-to-live the node beats on, though it is asked all the time: on the one connection that the looks borrow too.
            var before = await AskAsync<DateTime>($"SELECT seen_at FROM {Schema}.node");
            while (!await AskAsync<bool>($"SELECT seen_at > '{before:O}'::timestamptz + interval '4 seconds' FROM {Schema}.node"))
                Assert.Equal(HealthStatus.Healthy, (await ReportAsync(host)).Entries["pgpubsub.node"].Status);
        }

        await Task.WhenAll(waiting);
        await UntilHealthyAsync(host);
    }

    [Fact]
    public async Task Who_pins_xmin_is_told_with_pid_and_application()
    {
        var host = await StartAsync(health: health => health.HeldBackAfter = TimeSpan.FromMilliseconds(500));
        await UntilHealthyAsync(host);
        await using (var stranger = await StrangerAsync("ad-hoc-analysis", $"BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM {Schema}.topic"))
        {
            var told = await UntilAsync(
                host, "pgpubsub.obstacles", HealthStatus.Degraded, $"Session {stranger.ProcessID} (ad-hoc-analysis, idle in transaction) keeps dead rows from being taken away",
                "idle_in_transaction_session_timeout");
            Assert.Equal("VacuumHeldBack", told.Data["holder1.kind"]);
        }

        await UntilAsync(host, "pgpubsub.obstacles", HealthStatus.Healthy);
    }

    private async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task HangingAsync(int least)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{Schema}%'", connection);
        using var late = new CancellationTokenSource(Patience);
        while ((long)(await command.ExecuteScalarAsync(late.Token))! < least)
            await Task.Delay(50, late.Token);
    }
}
