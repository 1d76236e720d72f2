using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.HealthChecks;

public sealed class GroupsSpec : HealthSpec
{
    [Fact]
    public async Task A_group_that_is_behind_is_told_with_its_figures_until_it_has_caught_up()
    {
        var host = await StartAsync(health: health => (health.DegradedLag, health.UnhealthyLag) = (3, 6));
        await PublishAsync(host, "orders", 1);
        await JoinAsync(host, "orders", "billing");
        await UntilHealthyAsync(host);
        var hub = await HubAsync(host);
        await hub.Ask<GroupPaused>(new PauseGroup("orders", "billing"), Patience);

        await PublishAsync(host, "orders", 4);
        var told = await UntilAsync(host, "pgpubsub.groups", HealthStatus.Degraded, "Group billing of orders: 4 events were never claimed", "ListGroups");
        Assert.Equal(4L, told.Data["orders/billing.lag"]);
        await PublishAsync(host, "orders", 4);
        await UntilAsync(host, "pgpubsub.groups", HealthStatus.Unhealthy, "8 events were never claimed");

        await hub.Ask<GroupResumed>(new ResumeGroup("orders", "billing"), Patience);
        await UntilHealthyAsync(host);
    }

    [Fact]
    public async Task What_waits_too_long_or_is_held_too_long_is_told()
    {
        var host = await StartAsync(
            health: health => (health.UnhealthyLagAge, health.DegradedLagAge, health.DegradedUnsettledAge) = (TimeSpan.FromHours(2), TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        await PublishAsync(host, "orders", 2);
        await JoinAsync(host, "orders", "billing");
        await UntilHealthyAsync(host);
        await RunAsync($"UPDATE {Schema}.event SET published_at = published_at - interval '90 minutes'");
        await UntilAsync(host, "pgpubsub.groups", HealthStatus.Degraded, "Group billing of orders: its oldest unsettled event is 1:30:");

        var hub = await HubAsync(host);
        await hub.Ask<GroupPaused>(new PauseGroup("orders", "billing"), Patience);
        await hub.Ask<GroupSought>(new SeekGroup("orders", "billing", StartFrom.Earliest), Patience);
        await UntilAsync(host, "pgpubsub.groups", HealthStatus.Degraded, "the first event that was never claimed has waited for 1:30:");
        await RunAsync($"UPDATE {Schema}.event SET published_at = published_at - interval '60 minutes'");
        await UntilAsync(host, "pgpubsub.groups", HealthStatus.Unhealthy, "has waited for 2:30:");

        await hub.Ask<GroupSought>(new SeekGroup("orders", "billing", StartFrom.Latest), Patience);
        await UntilAsync(host, "pgpubsub.groups", HealthStatus.Healthy);
    }

    [Fact]
    public async Task Of_many_groups_that_are_behind_the_worst_are_named()
    {
        var host = await StartAsync(health: health => health.DegradedUnsettledAge = TimeSpan.FromTicks(1));
        for (var i = 0; i < 5; i++)
        {
            await PublishAsync(host, $"t{i}", 1);
            await JoinAsync(host, $"t{i}", "g");
        }

        await RunAsync($"UPDATE {Schema}.event SET published_at = published_at - interval '1 hour' * (SELECT id FROM {Schema}.topic t WHERE t.id = topic)");

        var told = await UntilAsync(host, "pgpubsub.groups", HealthStatus.Degraded, "Group g of t4: its oldest", "Group g of t3: ", "Group g of t2: ", "; and 2 more groups.");
        Assert.Equal((5, 5), ((int)told.Data["groups"], (int)told.Data["behind"]));
    }
}
