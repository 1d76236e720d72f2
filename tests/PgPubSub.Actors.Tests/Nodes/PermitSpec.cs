using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Tests.Hubs;

namespace PgPubSub.Actors.Tests.Nodes;

/// <summary>The node's one permit for suspects, in the hub's hands.</summary>
public sealed class PermitSpec : HubSpec
{
    protected override bool InMemory => true;

    [Fact]
    public async Task Whoever_is_no_subscription_of_the_hub_any_more_does_not_get_the_permit_and_keep_it_for_ever()
    {
        var gone = CreateTestProbe();
        Hub.Tell(PermitWanted.Instance, gone);
        await AskHubAsync<Health>(GetHealth.Instance);
        Assert.False(gone.HasMessages);
    }
}
