using PgPubSub.Actors;
using PgPubSub.Samples.Tests.Readme;

namespace PgPubSub.Samples.Tests.Hosting;

// snippet: handler-class
public sealed class InvoiceHandler(Invoices invoices) : IEventHandler<OrderPlaced>
{
    public Task HandleAsync(OrderPlaced order, Delivery delivery, CancellationToken cancel) => invoices.WriteAsync(order, cancel);
}
// end

public sealed class PackHandler(Parcels parcels) : IEventHandler<OrderPlaced>, IEventHandler<OrderCancelled>
{
    public Task HandleAsync(OrderPlaced order, Delivery delivery, CancellationToken cancel) => parcels.PackAsync(order, cancel);

    public Task HandleAsync(OrderCancelled order, Delivery delivery, CancellationToken cancel) => parcels.UnpackAsync(order, cancel);
}
