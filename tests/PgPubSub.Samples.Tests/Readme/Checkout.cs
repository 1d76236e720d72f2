// snippet: hosting
using PgPubSub.Actors;

// end
namespace PgPubSub.Samples.Tests.Readme;

// snippet: hosting
public sealed class Checkout(IPgPubSubPublisher publisher)
{
    public async Task PlaceAsync(OrderPlaced order, CancellationToken cancel)
    {
        var published = await publisher.PublishAsync("orders", order, cancel); // after the commit; what is rejected is thrown
        Console.WriteLine(published.Offset);
    }
}
// end
