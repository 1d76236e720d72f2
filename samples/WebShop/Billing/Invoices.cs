using WebShop.Orders;

namespace WebShop.Billing;

/// <summary>The invoices of one unit of work: a scope of its own for each event, as a database context would be.</summary>
public sealed class Invoices(Bank bank, OrderBook orders)
{
    public async Task PayAsync(OrderPlaced order, CancellationToken cancel)
    {
        if (orders.Find(order.Number) is { Paid: true })
            return; // it came again
        await bank.ChargeAsync(order.Number, order.Total, cancel);
        orders.Change(order.Number, state => state with { Paid = true });
    }
}
