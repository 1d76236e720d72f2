using PgPubSub.Actors;
using WebShop.Orders;

namespace WebShop.Billing;

/// <summary>Handles orders for the group <c>billing</c>: returning acks, an exception nacks.</summary>
public sealed class BillingHandler(Invoices invoices) : IEventHandler<OrderPlaced>
{
    public Task HandleAsync(OrderPlaced order, Delivery delivery, CancellationToken cancel) => invoices.PayAsync(order, cancel);
}
