using Akka.Actor;
using PgPubSub.Actors;

namespace InMemory;

/// <summary>A member of the group: gets deliveries and answers each one's sender.</summary>
internal sealed class Cook : ReceiveActor
{
    private readonly IActorRef _hub;

    public Cook(IActorRef hub)
    {
        _hub = hub;
        Receive<Subscribed>(_ => { });
        Receive<Delivery>(delivery =>
        {
            var (dish, attempt) = (delivery.As<string>(), delivery.Attempt);
            if (dish == "moon" || (dish == "roast" && attempt == 1))
            {
                Console.WriteLine($"nacked {dish}, attempt {attempt}");
                Sender.Tell(delivery.Nack(dish == "moon" ? "nobody can cook it" : "the oven is cold"));
                return;
            }

            Console.WriteLine($"acked {dish}, attempt {attempt}");
            Sender.Tell(delivery.Ack());
        });
    }

    protected override void PreStart() => _hub.Tell(new Subscribe("orders", Group: "kitchen"));
}
