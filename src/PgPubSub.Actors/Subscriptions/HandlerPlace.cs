using Akka.Actor;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>The delivery with this id is about to be answered by a handler that still runs: its place in the window is not free yet.</summary>
internal sealed record KeepPlace(DeliveryId Id) : INoSerializationVerificationNeeded;

/// <summary>The handler that kept its place is through.</summary>
internal sealed record FreePlace(DeliveryId Id) : INoSerializationVerificationNeeded;

/// <summary>
/// A running handler's place in its consumer's window. What it answers early would otherwise make room for a delivery that nobody handles yet, and whose deadline runs.
/// </summary>
internal sealed class HandlerPlace(IActorRef subscription, DeliveryId id)
{
    private readonly Lock _order = new(); // of what is told to the subscription
    private bool _over, _kept;

    public T Answer<T>(Func<T> tell)
    {
        lock (_order)
        {
            if (!_over && !_kept)
            {
                _kept = true;
                subscription.Tell(new KeepPlace(id), ActorRefs.NoSender);
            }

            return tell();
        }
    }

    public void End()
    {
        lock (_order)
        {
            _over = true;
            if (_kept)
                subscription.Tell(new FreePlace(id), ActorRefs.NoSender);
        }
    }
}
