using PgPubSub.Actors;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Shared.Hubs;

/// <summary>Puts a plan's losses between a hub and its stores.</summary>
internal static class LossyStores
{
    public static PgPubSubOptions Through(this PgPubSubOptions options, LossyPlan? plan)
    {
        if (plan is not null)
            options.Decorate = stores => plan.Over(stores);
        return options;
    }

    public static Stores Over(this LossyPlan plan, Stores stores) => new(
        plan.Over(stores.Log), plan.Over(stores.Topics), plan.Over(stores.Subscriptions), plan.Over(stores.Deliveries), plan.Over(stores.DeadLetters), plan.Over(stores.Nodes),
        plan.Over(stores.Wakeups));
}
