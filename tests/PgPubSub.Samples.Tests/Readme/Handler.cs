// snippet: handler
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgPubSub.Actors;

// end
namespace PgPubSub.Samples.Tests.Readme;

internal static class Handler
{
    public static async Task RunAsync(string connectionString, Invoices invoices)
    {
        // snippet: handler
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddPgPubSubPublisher();
        builder.Services.AddAkka("shop", akka => akka
            .WithPgPubSub(options => options.ConnectionString = connectionString)
            .WithPgSubscription<OrderPlaced>("orders", "billing", async (order, delivery, cancel) =>
            {
                await invoices.WriteAsync(order, cancel); // returning acks, an exception nacks
            }));
        using var host = builder.Build();
        // end

        await host.StartAsync();
        await ActivatorUtilities.CreateInstance<Checkout>(host.Services).PlaceAsync(new OrderPlaced("o-2", 30m), CancellationToken.None);
        await invoices.WrittenAsync("o-2");
        await host.StopAsync();
    }
}
