using Npgsql;
using PgPubSub.Docker;
using PgPubSub.Samples.Tests.Runs;

namespace PgPubSub.Samples.Tests.Shops;

/// <summary>The sample's program, started and called.</summary>
public sealed class WebShopSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_order_is_billed_and_shipped_and_one_that_failed_is_redriven()
    {
        using var shop = await ShopProcess.StartAsync(_folder.Path, new Dictionary<string, string>());
        Assert.Equal(0, (await shop.PostAsync("/orders", new { number = "o-1", total = 12.5 })).GetProperty("offset").GetInt64());
        await shop.UntilAsync("/orders/o-1", order => order.GetProperty("paid").GetBoolean() && order.GetProperty("shipped").GetBoolean());
        await shop.HealthyAsync();

        await shop.PutAsync("/bank", new { open = false });
        await shop.PostAsync("/orders", new { number = "o-2", total = 7 });
        var dead = Assert.Single((await shop.UntilAsync("/dead-letters", letters => letters.GetArrayLength() > 0)).EnumerateArray());
        Assert.Equal(
            ("billing", "o-2", 3, "BankClosedException: The bank is closed."),
            (dead.GetProperty("group").GetString(), dead.GetProperty("number").GetString(), dead.GetProperty("attempts").GetInt32(), dead.GetProperty("reason").GetString()));
        await shop.UntilAsync("/orders/o-2", order => !order.GetProperty("paid").GetBoolean() && order.GetProperty("shipped").GetBoolean());

        await shop.PutAsync("/bank", new { open = true });
        Assert.Equal(1, (await shop.PostAsync("/dead-letters/redrive")).GetProperty("redriven").GetInt32());
        await shop.UntilAsync("/orders/o-2", order => order.GetProperty("paid").GetBoolean());
        Assert.Equal("[]", await shop.TextAsync("/dead-letters"));
    }

    [Fact]
    public async Task A_trace_goes_from_the_controller_in_one_process_to_the_handlers_in_another()
    {
        var schema = $"webshop_{Guid.NewGuid():N}";
        await using var collector = await OtlpReceiver.StartAsync();
        using (var handlers = await ShopProcess.StartAsync(_folder.Path, collector.Environment, "--role", "handlers", "--schema", schema))
        using (var shop = await ShopProcess.StartAsync(_folder.Path, collector.Environment, "--role", "shop", "--schema", schema))
        {
            await shop.PostAsync("/orders", new { number = "o-1", total = 1 });

            var publish = await collector.SpanAsync("webshop-shop", "publish orders");
            var request = await collector.SpanAsync("webshop-shop", "Microsoft.AspNetCore.Hosting.HttpRequestIn", span => span.Id == publish.Parent);
            Assert.Equal(request.Trace, publish.Trace);
            var first = await collector.SpanAsync("webshop-handlers", "deliver orders");
            var second = await collector.SpanAsync("webshop-handlers", "deliver orders", span => span.Id != first.Id);
            Assert.All([first, second], deliver => Assert.Equal((publish.Trace, publish.Id), (deliver.Trace, deliver.Parent)));
            await collector.SpanAsync("webshop-handlers", "settle orders", settle => settle.Trace == publish.Trace && settle.Parent == first.Id);

            await collector.MetricsAsync("webshop-shop", "messaging.client.sent.messages", "messaging.client.operation.duration", "pgpubsub.connections.used");
            await collector.MetricsAsync(
                "webshop-handlers", "messaging.client.consumed.messages", "pgpubsub.acked.messages", "messaging.process.duration", "pgpubsub.group.lag", "pgpubsub.listener.connected", "pgpubsub.server.xmin_age");
        }

        await using var source = NpgsqlDataSource.Create((await TestServers.SharedAsync()).ConnectionString);
        await using var drop = source.CreateCommand($"DROP SCHEMA {schema} CASCADE");
        await drop.ExecuteNonQueryAsync();
    }

    [Theory]
    [InlineData("--role is 'clerk'; it must be all, shop or handlers.", "--role", "clerk")]
    [InlineData("--role needs --schema", "--role", "shop")]
    [InlineData("There is no option '--bank'.", "--bank", "open")]
    public async Task A_bad_argument_ends_it_before_anything_is_started(string problem, params string[] arguments)
    {
        using var run = await SampleRun.StartAsync("WebShop", _folder.Path, arguments);
        var errors = await run.EndAsync();

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, errors, StringComparison.Ordinal);
    }
}
