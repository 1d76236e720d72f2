using PgPubSub.Actors;

namespace PgPubSubWorker.Orders;

/// <summary>Places an order every second.</summary>
public sealed class OrderDesk(IPgPubSubPublisher publisher, ILogger<OrderDesk> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(stop))
            await PlaceAsync(new OrderPlaced(Guid.NewGuid().ToString("N"), 12.50m), stop);
    }

    private async Task PlaceAsync(OrderPlaced order, CancellationToken stop)
    {
        try
        {
            // Returns after the commit: the order is not lost any more.
            var published = await publisher.PublishAsync(new Publish(OrdersHosting.Topic, order, Key: order.Order), stop);
            log.LogInformation("Order {Order} is at offset {Offset}", order.Order, published.Offset);
        }
        catch (PublishRejectedException e) when (e.Rejection.CanRetry)
        {
            log.LogWarning("Order {Order} was not placed: {Reason}", order.Order, e.Rejection.Reason);
        }
    }
}
