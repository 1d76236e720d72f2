using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Docker;

namespace PgPubSub.Fuzz.Tests;

/// <summary>A hub at work, on PostgreSQL in a schema of its own or in memory, and whether it is still well.</summary>
internal sealed class FuzzHub : IAsyncDisposable
{
    private const string Kept = "kept";
    private const int Each = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static int _hubs;

    private readonly ConcurrentQueue<string> _errors = new();
    private readonly List<Guid> _confirmed = [];
    private TaskCompletionSource<string> _crashed = new();

    private FuzzHub(ActorSystem system, string schema, string? connectionString) => (System, Schema, ConnectionString) = (system, schema, connectionString);

    public ActorSystem System { get; }

    public string Schema { get; }

    public string? ConnectionString { get; }

    public IActorRef Hub { get; private set; } = ActorRefs.Nobody;

    /// <summary>An actor that stopped before anything began.</summary>
    public IActorRef Gone { get; private set; } = ActorRefs.Nobody;

    /// <summary>On the tests' server, or on another; in memory where that is asked for.</summary>
    public static async Task<FuzzHub> StartAsync(bool inMemory, string? connectionString = null, Action<PgPubSubOptions>? configure = null)
    {
        var name = $"fuzz_{Environment.ProcessId}_{Interlocked.Increment(ref _hubs)}";
        if (!inMemory)
            connectionString ??= (await TestServers.SharedAsync()).ConnectionString;
        var hub = new FuzzHub(ActorSystem.Create("fuzz", "akka.loglevel = ERROR\nakka.stdout-loglevel = OFF\nakka.loggers = []"), name, connectionString);
        var errors = hub.System.ActorOf(Props.Create(() => new ErrorActor(hub.Crashed)));
        hub.System.EventStream.Subscribe(errors, typeof(Error));
        var options = inMemory ? new PgPubSubOptions().UseInMemory() : new PgPubSubOptions { ConnectionString = connectionString, Schema = name };
        options.DrainTimeout = TimeSpan.Zero;
        configure?.Invoke(options);
        hub.Hub = PgPubSubHub.Start(hub.System, options);
        hub.Gone = hub.System.ActorOf(Props.Create(() => new ErrorActor(hub.Crashed)));
        await hub.Gone.GracefulStop(Patience);
        return hub;
    }

    /// <summary>Tells the hub, and waits for an answer of one of these kinds.</summary>
    public async Task<object> AskAsync(object request, params IReadOnlyList<Type> kinds)
    {
        var reply = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asker = System.ActorOf(Props.Create(() => new AskerActor(reply)));
        try
        {
            _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Hub.Tell(request, asker);
            if (await Task.WhenAny(reply.Task, _crashed.Task).WaitAsync(Patience) == _crashed.Task)
                Assert.Fail(await _crashed.Task);
            var answer = await reply.Task;
            Assert.Contains(answer.GetType(), kinds);
            return answer;
        }
        finally
        {
            System.Stop(asker);
        }
    }

    public async Task<T> AskAsync<T>(object request) => (T)await AskAsync(request, typeof(T));

    /// <summary>No actor crashed, what was confirmed is there, and publishing, subscribing and acking go on as if nothing had been.</summary>
    public async Task IsWellAsync()
    {
        for (var i = 0; i < Each; i++)
            _confirmed.Add((await AskAsync<Published>(new Publish(Kept, new Number(_confirmed.Count)))).EventId);
        var page = await AskAsync<HistoryPage>(new ReadHistory(Kept, StartFrom.Offset(0), 1_000));
        Assert.Equal(_confirmed.TakeLast(1_000), page.Events.Select(e => e.EventId).TakeLast(_confirmed.Count));

        var acked = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = System.ActorOf(Props.Create(() => new WorkerActor(Hub, Kept, Guid.NewGuid().ToString("N"), _confirmed.Count, acked)));
        await acked.Task.WaitAsync(Patience);
        System.Stop(worker);
        Assert.Empty(_errors);
        Assert.Equal(new Health(true, null), await AskAsync<Health>(GetHealth.Instance));
    }

    public async Task RunAsync(string sql, params IReadOnlyList<object?> values)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql.Replace("pgpubsub.", Schema + ".", StringComparison.Ordinal), connection);
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        if (ConnectionString is not null)
            await RunAsync($"DROP SCHEMA IF EXISTS {Schema} CASCADE");
    }

    private void Crashed(string error)
    {
        _errors.Enqueue(error);
        _crashed.TrySetResult(error);
    }

    private sealed class ErrorActor : ReceiveActor
    {
        public ErrorActor(Action<string> tell) => Receive<Error>(m => tell(m.ToString()));
    }

    // Acks what it is handed, so that no group waits for it.
    private sealed class AskerActor : ReceiveActor
    {
        public AskerActor(TaskCompletionSource<object> reply)
        {
            Receive<Delivery>(m => Sender.Tell(m.Ack()));
            Receive<DeliveryRevoked>(_ => { });
            Receive<HistoryTrimmed>(_ => { });
            Receive<HistoryRewound>(_ => { });
            Receive<SubscriptionEnded>(_ => { });
            ReceiveAny(m => reply.TrySetResult(m));
        }
    }
}

/// <summary>What the hub's ordinary job publishes.</summary>
public sealed record Number(int Value);
