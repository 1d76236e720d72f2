using Microsoft.AspNetCore.Mvc;
using PgPubSub.Actors;

namespace WebShop.Orders;

/// <summary>Takes orders: each is published, and whoever ordered is answered after the commit.</summary>
[ApiController]
[Route("orders")]
public sealed class OrdersController(IPgPubSubPublisher publisher, OrderBook orders) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> PlaceAsync(OrderPlaced order, CancellationToken cancel)
    {
        var published = await publisher.PublishAsync(new Publish(OrderPlaced.Topic, order, Key: order.Number), cancel);
        return Accepted($"/orders/{order.Number}", new { published.Offset, published.EventId });
    }

    [HttpGet("{number}")]
    public ActionResult<OrderState> Find(string number) => orders.Find(number) is { } order ? order : NotFound();
}
