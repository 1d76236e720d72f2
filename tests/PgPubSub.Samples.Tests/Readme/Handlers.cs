using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Hosting;
using PgPubSub.Actors;

namespace PgPubSub.Samples.Tests.Readme;

internal static class Handlers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string connectionString, Parcels parcels)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddAkka("shop", akka =>
        {
            akka.WithPgPubSub(options => options.ConnectionString = connectionString);
            // snippet: handlers
            akka.WithPgSubscription("orders", "shipping", handlers => handlers
                .On<OrderPlaced>((order, delivery, cancel) => parcels.PackAsync(order, cancel))
                .On<OrderCancelled>((order, delivery, cancel) => parcels.UnpackAsync(order, cancel)),
                options => options.OnUnhandledType = UnhandledType.Skip); // by default, other types become dead letters
            // end
        });
        using var host = builder.Build();
        await host.StartAsync();
        var hub = PgPubSubHub.For((ActorSystem)host.Services.GetService(typeof(ActorSystem))!);
        await hub.Ask<PublishedAll>(new PublishAll("orders", new OrderPlaced("o-3", 5m), "another type", new OrderCancelled("o-3")), Patience);
        Assert.Equal("o-3", await parcels.Packed.WaitAsync(Patience));
        Assert.Equal("o-3", await parcels.Unpacked.WaitAsync(Patience));
        await host.StopAsync();
    }
}
