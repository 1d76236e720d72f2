namespace PgPubSubWorker.Orders;

/// <summary>Where invoices are written.</summary>
public interface IInvoices
{
    /// <summary>Writes one.</summary>
    /// <param name="id">What the invoice is known by. An event may come more than once: write nothing for an id that is there.</param>
    Task WriteAsync(Guid id, OrderPlaced order, CancellationToken cancel);
}
