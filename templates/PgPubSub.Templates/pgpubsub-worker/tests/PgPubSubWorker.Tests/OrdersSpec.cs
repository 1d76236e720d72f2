using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgPubSub.Actors;
using PgPubSubWorker.Orders;

namespace PgPubSubWorker.Tests;

public sealed class OrdersSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_order_that_was_placed_gets_its_invoice()
    {
        var invoices = new FirstInvoice();
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<IInvoices>(invoices);
        builder.Services.AddOrders(options => options.UseInMemory());
        using var host = builder.Build();
        await host.StartAsync();

        var placed = new OrderPlaced("o-1", 12.50m);
        var published = await host.Services.GetRequiredService<IPgPubSubPublisher>().PublishAsync(OrdersHosting.Topic, placed);

        Assert.Equal((published.EventId, placed), await invoices.Written.WaitAsync(Patience));
        await host.StopAsync();
    }

    private sealed class FirstInvoice : IInvoices
    {
        private readonly TaskCompletionSource<(Guid, OrderPlaced)> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(Guid, OrderPlaced)> Written => _written.Task;

        public Task WriteAsync(Guid id, OrderPlaced order, CancellationToken cancel)
        {
            _written.TrySetResult((id, order));
            return Task.CompletedTask;
        }
    }
}
