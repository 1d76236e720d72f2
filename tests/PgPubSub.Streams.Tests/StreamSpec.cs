using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using Akka.TestKit.Xunit2;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Actors.Tests;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Docker;
using PgPubSub.InMemory;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Streams.Tests;

/// <summary>Streams over a hub on a real server, in a schema of its own, or over the store in memory.</summary>
public abstract class StreamSpec : TestKit, IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // To see that nothing comes, where there is nothing to wait for.
    protected static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private static int _schemas;

    private readonly ShiftedClock _age = new();

    protected StreamSpec()
        : base(ConfigurationFactory.ParseString("""
            akka.loglevel = WARNING
            akka.coordinated-shutdown.phases.service-unbind.timeout = 1100 ms # what a spec leaves unanswered is not waited for when it ends
            """)) => (Materializer, Memory) = (Sys.Materializer(), new InMemoryStore(_age));

    protected string Schema { get; } = $"stream_{Environment.ProcessId}_{Interlocked.Increment(ref _schemas)}";

    protected string ConnectionString { get; private set; } = "";

    protected IActorRef Hub { get; private set; } = ActorRefs.Nobody;

    protected ActorMaterializer Materializer { get; }

    /// <summary>Whether the spec runs on the store in memory in place of PostgreSQL.</summary>
    protected virtual bool InMemory => false;

    /// <summary>What its stores lose, be they in memory or on PostgreSQL; the same at each call. Null: nothing.</summary>
    protected virtual LossyPlan? Lossy => null;

    protected InMemoryStore Memory { get; }

    public virtual async Task InitializeAsync()
    {
        if (!InMemory)
            ConnectionString = (await TestServers.SharedAsync()).ConnectionString;
        Hub = PgPubSubHub.Start(Sys, Options());
    }

    public virtual async Task DisposeAsync()
    {
        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        if (!InMemory)
            await RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    // What a spec leaves unanswered is not waited for when it ends.
    protected virtual PgPubSubOptions Options()
    {
        var options = InMemory ? new PgPubSubOptions().UseInMemory(Memory) : new() { ConnectionString = ConnectionString, Schema = Schema };
        options.DrainTimeout = TimeSpan.Zero;
        return options.Through(Lossy);
    }

    /// <summary>Tells the hub and waits for the answer.</summary>
    protected async Task<T> AskHubAsync<T>(object request)
    {
        var asker = CreateTestProbe();
        Hub.Tell(request, asker);
        return await asker.ExpectMsgAsync<T>(Patience);
    }

    /// <summary>Publishes numbers and waits until they are committed.</summary>
    protected Task PublishAsync(string topic, params IEnumerable<int> numbers) =>
        AskHubAsync<PublishedAll>(new PublishAll(topic, numbers.Select(n => (object)new Number(n))));

    /// <summary>Drops a topic and publishes to another of its name; the publisher finds out by its first try.</summary>
    protected async Task MakeAnewAsync(string topic, params IEnumerable<int> numbers)
    {
        await AskHubAsync<TopicDropped>(new DropTopic(topic));
        Assert.True((await AskHubAsync<PublishRejected>(new Publish(topic, new Number(-1)))).CanRetry);
        await PublishAsync(topic, numbers);
    }

    /// <summary>Asks the hub about a group until the answer is as it should be.</summary>
    protected async Task UntilAsync(string topic, string group, Func<GroupStatus, bool> holds)
    {
        IReadOnlyList<GroupStatus> groups = [];
        try
        {
            await AwaitConditionAsync(
                async () => (groups = (await AskHubAsync<GroupList>(new ListGroups(topic, group))).Groups) is [var only] && holds(only), Patience, TimeSpan.FromMilliseconds(50));
        }
        catch (Xunit.Sdk.XunitException)
        {
            Assert.Fail("It never came to that; at last: " + string.Join(", ", groups));
        }
    }

    /// <summary>Waits until a group has settled everything, so much of it by dead letters.</summary>
    protected Task UntilSettledAsync(string topic, string group, int dead = 0) =>
        UntilAsync(topic, group, status => status is { Lag: 0, InFlight: 0, Retrying: 0 } && status.Dead == dead);

    /// <summary>Makes everything that was published so far two hours older.</summary>
    protected async Task MakeOldAsync()
    {
        _age.Shift(TimeSpan.FromHours(2));
        if (!InMemory)
            await RunAsync($"UPDATE {Schema}.event SET published_at = published_at - interval '2 hours'");
    }

    /// <summary>Changes the schema or what is in it. A hub at work may want the same locks in another order: then it is tried again.</summary>
    protected async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        for (var done = false; !done;)
        {
            try
            {
                await command.ExecuteNonQueryAsync();
                done = true;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected)
            {
                // The server has undone it.
            }
        }
    }
}

/// <summary>What the specs publish.</summary>
public sealed record Number(int Value);
