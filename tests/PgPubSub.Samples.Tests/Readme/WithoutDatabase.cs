using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Samples.Tests.Readme;

internal static class WithoutDatabase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Invoices invoices)
    {
        using var system = ActorSystem.Create("shop");
        // snippet: in-memory
        var hub = PgPubSubHub.Start(system, new PgPubSubOptions().UseInMemory());
        // end
        system.ActorOf(Props.Create(() => new BillingActor(hub, invoices)), "billing");
        await hub.Ask<Published>(new Publish("orders", new OrderPlaced("o-4", 1m)), Patience);
        await invoices.WrittenAsync("o-4");
    }
}
