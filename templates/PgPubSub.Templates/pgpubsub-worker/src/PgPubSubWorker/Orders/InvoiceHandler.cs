using PgPubSub.Actors;

namespace PgPubSubWorker.Orders;

/// <summary>Writes an invoice for each order. Returning acks the event; after an exception it comes back a little later, and when its attempts are exhausted it becomes a dead letter.</summary>
public sealed class InvoiceHandler(IInvoices invoices) : IEventHandler<OrderPlaced>
{
    public Task HandleAsync(OrderPlaced? order, Delivery delivery, CancellationToken cancel) =>
        invoices.WriteAsync(delivery.EventId, order ?? throw new InvalidDataException("The event is null."), cancel);
}
