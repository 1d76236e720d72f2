using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Docker;
using PgPubSub.Samples.Tests.Readme;

namespace PgPubSub.Samples.Tests.Hosting;

/// <summary>Each host that docs/hosting.md shows starts and works.</summary>
public sealed class HostingPageSpec : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _database = $"hosting_{Guid.NewGuid():N}";
    private readonly Invoices _invoices = new();
    private readonly Parcels _parcels = new();
    private readonly TaskCompletionSource<int> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _connectionString = "";

    public async Task InitializeAsync()
    {
        await RunAsync($"CREATE DATABASE {_database}");
        _connectionString = new NpgsqlConnectionStringBuilder((await TestServers.SharedAsync()).ConnectionString) { Database = _database }.ConnectionString;
    }

    public Task DisposeAsync() => RunAsync($"DROP DATABASE {_database} WITH (FORCE)");

    [Fact]
    public Task A_section_of_the_configuration_works() => PublishesAsync(builder =>
    {
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Json())));
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("ConnectionStrings:shop", (string?)_connectionString)]);
        Forms.Configured(builder);
    });

    [Fact]
    public Task A_data_source_works() => PublishesAsync(builder => Forms.OnADataSource(builder, _connectionString));

    [Fact]
    public Task Every_kind_of_subscription_works() => PublishesAsync(Forms.Subscribed, async host =>
    {
        await host.Services.GetRequiredService<IPgPubSubPublisher>().PublishAsync("orders", new OrderCancelled("o-1"));
        await _invoices.WrittenAsync("o-1");
        Assert.Equal(("o-1", "o-1", 1), (await _parcels.Packed.WaitAsync(Patience), await _parcels.Unpacked.WaitAsync(Patience), await _told.Task.WaitAsync(Patience)));
    });

    [Fact]
    public Task Several_instances_work_side_by_side() => PublishesAsync(builder => Forms.SeveralInstances(builder, _connectionString, _connectionString), async host =>
    {
        await host.Services.GetRequiredService<Desk>().PlaceAsync(new OrderPlaced("o-2", 1m), CancellationToken.None);
        await _invoices.WrittenAsync("o-2");
    });

    private async Task PublishesAsync(Action<HostApplicationBuilder> build, Func<IHost, Task>? also = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddPgPubSubPublisher().AddSingleton(_invoices).AddSingleton(_parcels).AddSingleton(_told).AddSingleton<Desk>();
        build(builder);
        using var host = builder.Build();
        await host.StartAsync();
        Assert.Equal(0, (await host.Services.GetRequiredService<IPgPubSubPublisher>().PublishAsync("orders", new OrderPlaced("o-1", 1m)).WaitAsync(Patience)).Offset);
        await (also?.Invoke(host) ?? Task.CompletedTask);
        await host.StopAsync();
    }

    private static string Json() => Repository.Read("docs", "hosting.md").Split("```json\n")[1].Split("```")[0];

    private static async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create((await TestServers.SharedAsync()).ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
