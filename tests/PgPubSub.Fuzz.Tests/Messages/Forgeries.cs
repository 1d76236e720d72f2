using System.Text;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Topics;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>Deliveries that nobody handed out.</summary>
internal static class Forgeries
{
    public static readonly IReadOnlyList<DeliveryId> Ids =
    [
        default, new(-1, -1), new(0, int.MaxValue), new(long.MaxValue, 0), new(long.MinValue, int.MinValue), new(1, -1), new(1, 1_000), new(2, 0), new(1_000, 0), new(1, int.MinValue),
    ];

    public static Delivery Delivery(IActorRef subscription, DeliveryId id) => new(
        new DeliveryOrigin(Pools.Topic, Pools.Group, JsonPayloadSerializer.Default, subscription), id,
        new StoredEvent(long.MaxValue, Guid.Empty, "forged", null, Encoding.UTF8.GetBytes("{"), null, null, DateTimeOffset.MaxValue), int.MaxValue, TimeSpan.MaxValue);
}
