// snippet: publisher
using Microsoft.Extensions.DependencyInjection;
using PgPubSub.Actors;

// end
using PgPubSub.Samples.Tests.Readme;

namespace PgPubSub.Samples.Tests.Hosting;

// snippet: publisher
public sealed class Desk(IPgPubSubPublisher orders, [FromKeyedServices("billing")] IPgPubSubPublisher billing)
{
    public async Task PlaceAsync(OrderPlaced order, CancellationToken cancel)
    {
        await orders.PublishAsync("orders", order, cancel); // returns after the commit, throws PublishRejectedException
        await billing.PublishAsync(new Publish("orders", order, Key: order.Order), cancel);
    }
}
// end
