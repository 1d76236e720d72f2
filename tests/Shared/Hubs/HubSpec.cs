using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Docker;
using PgPubSub.InMemory;
using PgPubSub.Shared.Clocks;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Shared.Hubs;

/// <summary>A hub on a real server, in a schema of its own, or on the store in memory.</summary>
public abstract class HubSpec : TestKit, IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static int _schemas;

    private readonly ShiftedClock _age = new();

    protected HubSpec()
        : this("akka.test.single-expect-default = 20 s # a machine may be busy")
    {
    }

    /// <summary>For specs whose actor system needs other settings. A thousand streams one after another take three times as long where the kit waits 20 s by default.</summary>
    protected HubSpec(string settings)
        : base("akka.loglevel = WARNING\n" + settings) => Memory = new InMemoryStore(_age);

    protected string Schema { get; } = $"hub_{Environment.ProcessId}_{Interlocked.Increment(ref _schemas)}";

    protected string ConnectionString { get; private set; } = "";

    protected IActorRef Hub { get; private set; } = ActorRefs.Nobody;

    /// <summary>Whether the spec runs on the store in memory in place of PostgreSQL.</summary>
    protected virtual bool InMemory => false;

    /// <summary>The instance's name; null: the default one.</summary>
    protected virtual string? Instance => null;

    /// <summary>What its stores lose, be they in memory or on PostgreSQL; the same at each call. Null: nothing.</summary>
    protected virtual LossyPlan? Lossy => null;

    protected InMemoryStore Memory { get; }

    public virtual async Task InitializeAsync()
    {
        if (!InMemory)
            ConnectionString = (await TestServers.SharedAsync()).ConnectionString;
        Hub = PgPubSubHub.Start(Sys, Options(), Instance);
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

    /// <summary>Makes everything that was published so far two hours older.</summary>
    protected async Task MakeOldAsync()
    {
        _age.Advance(TimeSpan.FromHours(2));
        if (!InMemory)
            await RunAsync($"UPDATE {Schema}.event SET published_at = published_at - interval '2 hours'");
    }

    /// <summary>Tells the hub and waits for the answer.</summary>
    protected async Task<T> AskHubAsync<T>(object request)
    {
        var asker = CreateTestProbe();
        Hub.Tell(request, asker);
        return await asker.ExpectMsgAsync<T>(Patience);
    }

    /// <summary>Another node on the same store, in an actor system of its own.</summary>
    protected IActorRef StartOther(out ActorSystem system)
    {
        system = ActorSystem.Create("other", "akka.loglevel = WARNING");
        return PgPubSubHub.Start(system, Options());
    }

    protected async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string topic) => (await AskHubAsync<DeadLetterPage>(new ListDeadLetters(topic))).DeadLetters;

    /// <summary>Asks the hub about a group until the answer is as it should be.</summary>
    protected async Task UntilGroupAsync(string topic, string group, Func<GroupStatus, bool> holds)
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

    /// <summary>Subscribes a new probe, publishes numbers and waits until it has them.</summary>
    protected async Task<(TestProbe Consumer, Delivery[] Deliveries)> HandOutAsync(Subscribe request, int count)
    {
        var consumer = await SubscribeAsync(request);
        await PublishAsync(request.Topic, Enumerable.Range(0, count));
        var deliveries = new Delivery[count];
        for (var i = 0; i < count; i++)
            deliveries[i] = await consumer.ExpectMsgAsync<Delivery>(Patience);
        return (consumer, deliveries);
    }

    /// <summary>Asks the database until the answer is true.</summary>
    protected Task UntilAsync(string sql) => AwaitConditionAsync(() => AskAsync<bool>($"SELECT ({sql})"), Patience, TimeSpan.FromMilliseconds(50));

    /// <summary>Ends the listening connection, which is the one that holds the presence lock, once it does.</summary>
    protected Task BreakListenerAsync() => UntilAsync($"""
        SELECT coalesce(bool_or(pg_terminate_backend(l.pid)), false) FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
          AND (l.classid::bigint << 32) | l.objid::bigint IN (SELECT {Schema}.presence_key_v1(n.id) FROM {Schema}.node n)
        """);

    protected async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
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
