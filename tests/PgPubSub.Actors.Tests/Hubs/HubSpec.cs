using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Npgsql;
using PgPubSub.Docker;

namespace PgPubSub.Actors.Tests.Hubs;

/// <summary>A hub on a real server, in a schema of its own.</summary>
public abstract class HubSpec : TestKit, IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

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

    /// <summary>Publishes numbers and waits until they are committed.</summary>
    protected async Task PublishAsync(string topic, params IEnumerable<int> numbers)
    {
        var publisher = CreateTestProbe();
        Hub.Tell(new PublishAll(topic, numbers.Select(n => (object)new Number(n))), publisher);
        await publisher.ExpectMsgAsync<PublishedAll>(Patience);
    }

    /// <summary>Subscribes a new probe and waits until the subscription stands.</summary>
    protected async Task<TestProbe> SubscribeAsync(Subscribe request)
    {
        var consumer = CreateTestProbe();
        Hub.Tell(request with { Consumer = consumer }, consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        return consumer;
    }

    /// <summary>Asks the database until the answer is true.</summary>
    protected Task UntilAsync(string sql) => AwaitConditionAsync(() => AskAsync<bool>($"SELECT ({sql})"), Patience, TimeSpan.FromMilliseconds(50));

    protected async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    protected async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>What the specs publish.</summary>
public sealed record Number(int Value);
