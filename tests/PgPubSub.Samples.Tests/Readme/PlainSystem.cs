using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Samples.Tests.Readme;

internal static class PlainSystem
{
    public static async Task RunAsync(string connectionString, Invoices invoices)
    {
        // snippet: actor-system
        using var system = ActorSystem.Create("shop");
        var hub = PgPubSubHub.Start(system, new PgPubSubOptions { ConnectionString = connectionString });
        system.ActorOf(Props.Create(() => new BillingActor(hub, invoices)), "billing");

        var reply = await hub.Ask<IPublishReply>(new Publish("orders", new OrderPlaced("o-1", 12.50m), Key: "o-1"));
        Console.WriteLine(reply); // Published { Topic = orders, Offset = 0, EventId = ... }, or PublishRejected
        // end

        Assert.IsType<Published>(reply);
        await invoices.WrittenAsync("o-1");
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
    }
}
