using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Mvc;
using PgPubSub.Actors;
using WebShop.Orders;

namespace WebShop.DeadLetters;

/// <summary>Shows the orders that could not be handled, and has them handled again.</summary>
[ApiController]
[Route("dead-letters")]
public sealed class DeadLettersController(IRequiredActor<PgPubSubHub> hub) : ControllerBase
{
    [HttpGet]
    public async Task<IActionResult> ListAsync(CancellationToken cancel) =>
        await AskAsync(new ListDeadLetters(OrderPlaced.Topic), cancel) is DeadLetterPage page
            ? Ok(page.DeadLetters.Select(dead => new { Group = dead.Subscriber, dead.Event.As<OrderPlaced>().Number, dead.Attempts, dead.Reason }))
            : StatusCode(StatusCodes.Status503ServiceUnavailable);

    [HttpPost("redrive")]
    public async Task<IActionResult> RedriveAsync(CancellationToken cancel) =>
        await AskAsync(new RedriveDeadLetters(OrderPlaced.Topic), cancel) is DeadLettersRedriven redriven
            ? Ok(new { redriven.Redriven })
            : StatusCode(StatusCodes.Status503ServiceUnavailable);

    private async Task<object> AskAsync(object command, CancellationToken cancel) => await (await hub.GetAsync(cancel)).Ask<object>(command, cancel);
}
