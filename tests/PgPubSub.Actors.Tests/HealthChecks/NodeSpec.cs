using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Actors.Nodes;

namespace PgPubSub.Actors.Tests.HealthChecks;

public sealed class NodeSpec : HealthSpec
{
    [Fact]
    public async Task A_service_that_crashed_is_named_until_it_is_back()
    {
        var host = await StartAsync();
        await UntilHealthyAsync(host);

        var notifier = host.Services.GetRequiredService<ActorSystem>().ActorSelection("/user/pgpubsub/notifier");
        var killing = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            // It rests for a second only, and a look is shared for as long.
            while (!killing.IsCancellationRequested)
            {
                notifier.Tell(Kill.Instance);
                await Task.Delay(20);
            }
        });
        var told = await UntilAsync(host, "pgpubsub.node", HealthStatus.Degraded, "Crashed and not started anew yet: notifier.");
        await killing.CancelAsync();
        await killer;

        Assert.Equal("notifier", told.Data["resting"]);
        await UntilHealthyAsync(host);
    }

    [Fact]
    public async Task A_node_that_can_not_register_says_why()
    {
        var host = await StartAsync(options => options.ConnectionString = "Host=127.0.0.1;Port=1;Username=nobody");
        await UntilAsync(host, "pgpubsub.node", HealthStatus.Unhealthy, "The node is not registered in the database", "PostgreSQL can't be reached.");
        await UntilAsync(host, "pgpubsub.listener", HealthStatus.Degraded, "not open yet");
    }

    [Fact]
    public async Task The_hub_tells_what_it_knows_and_a_dead_hub_is_unhealthy_in_time()
    {
        var host = await StartAsync();
        await UntilHealthyAsync(host);
        await PublishAsync(host, "orders", 1);
        await JoinAsync(host, "orders", "billing");
        var hub = await HubAsync(host);
        var facts = await hub.Ask<NodeFacts>(GetFacts.Instance, Patience);
        Assert.Equal((false, false, true, 0), (facts.Suspended, facts.Stopping, facts.Listener!.Hears, facts.Resting.Count));
        Assert.NotNull(facts.Node);

        await hub.GracefulStop(Patience);

        await UntilAsync(host, "pgpubsub.node", HealthStatus.Unhealthy, "hub does not answer");
        await UntilAsync(host, "pgpubsub.database", HealthStatus.Healthy);
    }
}
