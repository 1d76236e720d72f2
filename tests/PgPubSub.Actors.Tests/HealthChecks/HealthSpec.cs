using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PgPubSub.Docker;

namespace PgPubSub.Actors.Tests.HealthChecks;

/// <summary>An instance in a host with its health checks, on a real server and in a schema of its own.</summary>
public abstract class HealthSpec : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<IHost> _hosts = [];

    protected string Schema { get; } = $"health_{Guid.NewGuid():N}";

    protected string Server { get; private set; } = "";

    public virtual async Task InitializeAsync() => Server = (await TestServers.SharedAsync()).ConnectionString;

    public virtual async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    /// <summary>Starts a host with an instance and its checks.</summary>
    protected async Task<IHost> StartAsync(Action<PgPubSubOptions>? with = null, Action<PgPubSubHealthOptions>? health = null, string? name = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAkka("health", akka => akka.WithPgPubSub(
            options =>
            {
                (options.ConnectionString, options.Schema, options.DrainTimeout) = (Server, Schema, TimeSpan.Zero);
                with?.Invoke(options);
            },
            name));
        builder.Services.AddHealthChecks().AddPgPubSub(name, health);
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    protected static Task<HealthReport> ReportAsync(IHost host) => host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    /// <summary>Asks one check until its answer is of this status and says all these things.</summary>
    protected static async Task<HealthReportEntry> UntilAsync(IHost host, string check, HealthStatus status, params string[] says)
    {
        using var late = new CancellationTokenSource(Patience);
        var checks = host.Services.GetRequiredService<HealthCheckService>();
        while (true)
        {
            var entry = Assert.Single((await checks.CheckHealthAsync(one => one.Name == check)).Entries).Value;
            Assert.Null(entry.Exception);
            if (entry.Status == status && Array.TrueForAll(says, text => entry.Description!.Contains(text, StringComparison.Ordinal)))
                return entry;
            if (late.IsCancellationRequested)
                Assert.Fail($"{check} never came to {status} ({string.Join(", ", says)}); at last it was {entry.Status}: {entry.Description}");
            await Task.Delay(50);
        }
    }

    /// <summary>Asks all checks until none has anything to say.</summary>
    protected static async Task<HealthReport> UntilHealthyAsync(IHost host)
    {
        foreach (var aspect in PgPubSub.Actors.HealthChecks.Aspect.All)
            await UntilAsync(host, aspect.Name, HealthStatus.Healthy);
        return await ReportAsync(host);
    }

    protected static async Task<IActorRef> HubAsync(IHost host) => await host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync();

    protected static async Task PublishAsync(IHost host, string topic, int count) =>
        await (await HubAsync(host)).Ask<PublishedAll>(new PublishAll(topic, Enumerable.Range(0, count).Select(n => (object)new Number(n))), Patience);

    /// <summary>Joins a group with a consumer that answers nothing.</summary>
    protected static async Task JoinAsync(IHost host, string topic, string group) =>
        await (await HubAsync(host)).Ask<Subscribed>(new Subscribe(topic, group, Consumer: Silent(host)), Patience);

    /// <summary>A session of somebody else's, under a name of its own.</summary>
    protected async Task<NpgsqlConnection> StrangerAsync(string application, string sql)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server) { ApplicationName = application, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    protected async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static IActorRef Silent(IHost host) => host.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new SilentConsumer()));

    private sealed class SilentConsumer : ReceiveActor
    {
        public SilentConsumer() => ReceiveAny(_ => { });
    }
}
