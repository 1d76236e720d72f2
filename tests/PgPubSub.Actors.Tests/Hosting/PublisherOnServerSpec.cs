using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>Publishing from outside actors while the database holds it up.</summary>
public sealed class PublisherOnServerSpec : HostSpec
{
    [Fact]
    public async Task Cancelling_ends_the_wait_and_not_the_publish()
    {
        var publisher = Publisher(await StartAsync(akka => akka.WithPgPubSub(OnServer)));
        await publisher.PublishAsync("t", new Number(0));
        using var cancelled = new CancellationTokenSource();
        Task<Published> waits;
        await using (await HoldAsync())
        {
            waits = publisher.PublishAsync("t", new Number(1), cancelled.Token);
            await cancelled.CancelAsync();
            Assert.Equal(cancelled.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits.WaitAsync(Patience))).CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publisher.PublishAsync("t", new Number(9), cancelled.Token)); // never sent
        }

        Assert.Equal(2, (await publisher.PublishAsync("t", new Number(2)).WaitAsync(Patience)).Offset);
    }

    [Fact]
    public async Task What_is_under_way_when_the_host_stops_is_answered()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(OnServer).AddHocon("akka.coordinated-shutdown.phases.service-stop.timeout = 300 ms", HoconAddMode.Prepend));
        var publisher = Publisher(host);
        await publisher.PublishAsync("t", new Number(0));
        await using var held = await HoldAsync();

        var waits = Enumerable.Range(1, 100).Select(n => publisher.PublishAsync("t", new Number(n))).ToArray();
        await host.StopAsync();

        foreach (var wait in waits)
            Assert.False((await Assert.ThrowsAsync<PublishRejectedException>(() => wait.WaitAsync(Patience))).Rejection.Reason.Length == 0);
    }

    [Fact]
    public async Task Each_instance_has_a_publisher_by_its_name()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(OnServer).WithPgPubSub(options =>
        {
            OnServer(options);
            options.Schema += "_2";
        }, "billing"), services => services.AddSingleton<Named>());

        Assert.Equal(0, (await host.Services.GetRequiredService<Named>().Own.PublishAsync("t", new Number(1))).Offset);
        Assert.Equal(0, (await host.Services.GetRequiredService<Named>().Billing.PublishAsync("t", new Number(1))).Offset);
        Assert.Equal(1, (await Publisher(host, PgPubSubHub.DefaultInstance).PublishAsync("t", new Number(1))).Offset);
    }

    // Nothing is written while somebody holds the table.
    private async Task<NpgsqlConnection> HoldAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {Schema}.event IN EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private sealed class Named(IPgPubSubPublisher own, [FromKeyedServices("billing")] IPgPubSubPublisher billing)
    {
        public IPgPubSubPublisher Own { get; } = own;

        public IPgPubSubPublisher Billing { get; } = billing;
    }
}
