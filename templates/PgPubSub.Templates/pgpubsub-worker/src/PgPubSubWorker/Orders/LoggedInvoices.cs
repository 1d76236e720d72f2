namespace PgPubSubWorker.Orders;

/// <summary>Stands in for your database: invoices are lines in the log.</summary>
public sealed class LoggedInvoices(ILogger<LoggedInvoices> log) : IInvoices
{
    public Task WriteAsync(Guid id, OrderPlaced order, CancellationToken cancel)
    {
        log.LogInformation("Invoice {Id} for order {Order}: {Total}", id, order.Order, order.Total);
        return Task.CompletedTask;
    }
}
