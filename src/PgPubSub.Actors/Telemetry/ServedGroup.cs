using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Telemetry;

/// <summary>A group that an actor serves, for as long as it does.</summary>
internal sealed class ServedGroup(NodeTelemetry node, SubscriptionTelemetry group)
{
    private GroupKey? _key;

    public void Serve(GroupKey key)
    {
        Leave();
        _key = key;
        node.Serve(key, group);
    }

    /// <summary>How much is in flight. Counted only where somebody listens, and then at every step.</summary>
    public void Tell(DeliveryMachine machine)
    {
        if (Instruments.InFlight is { Enabled: true })
            group.InFlight = machine.InFlight;
    }

    public void Leave()
    {
        if (_key is { } key)
            node.Leave(key, group);
        _key = null;
    }
}
