using WebShop.Orders;

namespace WebShop.Shipping;

/// <summary>Packs parcels.</summary>
public sealed class Parcels(OrderBook orders)
{
    public Task PackAsync(OrderPlaced order)
    {
        orders.Change(order.Number, state => state with { Shipped = true });
        return Task.CompletedTask;
    }
}
