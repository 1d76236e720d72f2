// snippet: actor
using Akka.Actor;
using PgPubSub.Actors;

// end
namespace PgPubSub.Samples.Tests.Readme;

// snippet: actor
public sealed class BillingActor : ReceiveActor
{
    private readonly IActorRef _hub;

    public BillingActor(IActorRef hub, Invoices invoices)
    {
        _hub = hub;
        Receive<Subscribed>(_ => { });
        Receive<Delivery>(delivery =>
        {
            invoices.Write(delivery.As<OrderPlaced>());
            Sender.Tell(delivery.Ack()); // or delivery.Nack("why"): it comes back after the back-off
        });
    }

    protected override void PreStart() => _hub.Tell(new Subscribe("orders", Group: "billing"));
}
// end
