using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Proxies;

namespace PgPubSub.Actors.Tests.HealthChecks;

public sealed class ListenerSpec : HealthSpec
{
    [Theory]
    [InlineData(ListenMode.Auto, HealthStatus.Degraded)]
    [InlineData(ListenMode.On, HealthStatus.Unhealthy)]
    public async Task A_listening_connection_that_is_cut_is_told_and_so_is_that_it_is_back(ListenMode listen, HealthStatus cut)
    {
        var proxy = new TcpProxy(Server);
        var host = await StartAsync(options => (options.Listen, options.ListenConnectionString) = (listen, proxy.ConnectionString));
        await UntilHealthyAsync(host);

        var port = proxy.Port;
        await proxy.DisposeAsync(); // new ones are refused as well
        var told = await UntilAsync(host, "pgpubsub.listener", cut, "Wake-ups are not heard: ", "found by polling, every 00:00:01.");
        Assert.Equal("polling", told.Data["state"]);
        Assert.Equal(HealthStatus.Healthy, (await ReportAsync(host)).Entries["pgpubsub.node"].Status);

        await using var again = new TcpProxy(Server, port);
        await UntilHealthyAsync(host);
    }

    [Fact]
    public async Task A_node_that_is_not_to_listen_is_healthy_and_says_so()
    {
        var host = await StartAsync(options => options.Listen = ListenMode.Off);
        await UntilHealthyAsync(host);
        Assert.Equal("off", (await UntilAsync(host, "pgpubsub.listener", HealthStatus.Healthy, "Listen is Off")).Data["state"]);
    }
}
