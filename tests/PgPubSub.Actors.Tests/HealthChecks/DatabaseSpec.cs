using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Proxies;
using PgPubSub.ServerFacts;
using PgPubSub.Testing;

namespace PgPubSub.Actors.Tests.HealthChecks;

public sealed class DatabaseSpec : HealthSpec
{
    [FactOfServerBinaries]
    public async Task A_server_that_is_down_is_told_and_so_is_that_it_is_back()
    {
        await using var server = await ThrowawayServer.StartAsync();
        var host = await StartAsync(options => options.ConnectionString = server.ConnectionString + ";Password=geheim");
        await UntilHealthyAsync(host);

        await server.StopAsync();
        await UntilAsync(host, "pgpubsub.database", HealthStatus.Unhealthy, "PostgreSQL can't be reached.", "look whether the server runs");
        var report = await ReportAsync(host);
        foreach (var other in new[] { "pgpubsub.schema", "pgpubsub.groups", "pgpubsub.obstacles" })
            Assert.Equal((HealthStatus.Degraded, "Not looked at: the database can't be used; see pgpubsub.database."), (report.Entries[other].Status, report.Entries[other].Description!));
        Assert.All(report.Entries.Values, entry => Assert.DoesNotContain("geheim", entry.Description, StringComparison.Ordinal));

        await server.RestartAsync();
        await UntilHealthyAsync(host);
    }

    [Fact]
    public async Task A_server_that_is_silent_suspends_the_node_and_keeps_no_check_waiting()
    {
        await using var proxy = new TcpProxy(Server);
        var host = await StartAsync(
            options => (options.ConnectionString, options.TimeToLive) = (proxy.ConnectionString, TimeSpan.FromSeconds(3)));
        await UntilHealthyAsync(host);

        proxy.FallSilent();
        await UntilAsync(host, "pgpubsub.database", HealthStatus.Unhealthy, "PostgreSQL did not answer within 2 s");
        var node = await UntilAsync(host, "pgpubsub.node", HealthStatus.Unhealthy, "Nothing is handed out here", "its time-to-live is 3 s");
        Assert.True((double)node.Data["since_beat_seconds"] >= 3 && (bool)node.Data["suspended"]);
        Assert.True((await ReportAsync(host)).TotalDuration < TimeSpan.FromSeconds(10));

        proxy.ServeNewSessions();
        foreach (var session in proxy.Sessions)
            session.CutBoth();
        await UntilHealthyAsync(host);
    }
}
