using System.Collections.Concurrent;

namespace WebShop.Orders;

/// <summary>What this process has done of an order.</summary>
/// <param name="Paid">It was charged.</param>
/// <param name="Shipped">Its parcel was packed.</param>
public sealed record OrderState(bool Paid, bool Shipped);

/// <summary>Remembers it, for as long as the process lives. Events may come twice: what is done stays done.</summary>
public sealed class OrderBook
{
    private readonly ConcurrentDictionary<string, OrderState> _orders = new(StringComparer.Ordinal);

    public OrderState? Find(string number) => _orders.GetValueOrDefault(number);

    public void Change(string number, Func<OrderState, OrderState> change) => _orders.AddOrUpdate(number, _ => change(new(false, false)), (_, order) => change(order));
}
