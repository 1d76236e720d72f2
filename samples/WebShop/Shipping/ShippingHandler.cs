using PgPubSub.Actors;
using WebShop.Orders;

namespace WebShop.Shipping;

/// <summary>Handles orders for the group <c>shipping</c>, whatever becomes of their bills.</summary>
public sealed class ShippingHandler(Parcels parcels) : IEventHandler<OrderPlaced>
{
    public Task HandleAsync(OrderPlaced order, Delivery delivery, CancellationToken cancel) => parcels.PackAsync(order);
}
