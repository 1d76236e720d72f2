using Akka.Actor;
using Akka.TestKit.Xunit2;
using Npgsql;
using PgPubSub.Docker;

namespace PgPubSub.Actors.Tests.Hubs;

/// <summary>A hub on a real server, in a schema of its own.</summary>
public abstract class HubSpec : TestKit, IAsyncLifetime
{
    private static int _schemas;

    protected HubSpec()
        : base("akka.loglevel = WARNING")
    {
    }

    protected string Schema { get; } = $"hub_{Environment.ProcessId}_{Interlocked.Increment(ref _schemas)}";

    protected string ConnectionString { get; private set; } = "";

    protected IActorRef Hub { get; private set; } = ActorRefs.Nobody;

    public virtual async Task InitializeAsync()
    {
        ConnectionString = (await TestServers.SharedAsync()).ConnectionString;
        Hub = PgPubSubHub.Start(Sys, Options());
    }

    public virtual async Task DisposeAsync()
    {
        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    protected virtual PgPubSubOptions Options() => new() { ConnectionString = ConnectionString, Schema = Schema };

    protected async Task<T> AskAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    protected async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
