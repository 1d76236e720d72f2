using Akka.Actor;
using Akka.Configuration;
using PgPubSub.Actors;

namespace PgPubSub.Benchmarks.Nodes;

/// <summary>A node with the library's default options, in an actor system that logs nothing below errors.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Config Quiet = ConfigurationFactory.ParseString(
        """
        akka.loglevel = ERROR
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        """);

    private Node(ActorSystem system, IActorRef hub) => (System, Hub) = (system, hub);

    public ActorSystem System { get; }

    public IActorRef Hub { get; }

    /// <summary>An actor system without the library, in which one message a second is scheduled: before the first, Akka's clock does not run.</summary>
    public static Node Bare()
    {
        var system = ActorSystem.Create("bench", Quiet);
        system.Scheduler.ScheduleTellRepeatedly(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), system.DeadLetters, "tick", ActorRefs.NoSender);
        return new Node(system, ActorRefs.Nobody);
    }

    /// <summary>Starts one and returns when it is registered and well.</summary>
    public static async Task<Node> StartAsync(string connectionString, string schema, Action<PgPubSubOptions>? configure = null)
    {
        var options = new PgPubSubOptions { ConnectionString = connectionString, Schema = schema };
        configure?.Invoke(options);
        var system = ActorSystem.Create("bench", Quiet);
        var node = new Node(system, PgPubSubHub.Start(system, options));
        using var enough = new CancellationTokenSource(Patience);
        while (await node.Hub.Ask<Health>(GetHealth.Instance, enough.Token) is { IsHealthy: false } health)
        {
            if (enough.IsCancellationRequested)
                throw new InvalidOperationException($"The node did not start: {health.Problem}");
            await Task.Delay(20, enough.Token);
        }

        return node;
    }

    /// <summary>Makes a topic, with as many events in it as asked for, faster than they could be published.</summary>
    /// <returns>The topic's number.</returns>
    public async Task<int> FillAsync(Labs.Server server, string schema, string topic, int events)
    {
        await Hub.Ask<TopicAltered>(new AlterTopic(topic, Core.Topics.Retention.Forever), Patience);
        var id = await server.AskAsync<int>($"SELECT id FROM {schema}.topic WHERE name = $1", topic);
        if (events == 0)
            return id;
        await server.RunAsync(
            $"""
            INSERT INTO {schema}.event (topic, "offset", event_id, type, data, size, published_at)
            SELECT {id}, g, gen_random_uuid(), '{Labs.Payload.Type}', '{Labs.Payload.Json}', {Labs.Payload.Utf8.Length}, clock_timestamp() FROM generate_series(0, {events - 1}) g
            """);
        await server.RunAsync($"VACUUM ANALYZE {schema}.event");
        await server.RestAsync();
        return id;
    }

    public async ValueTask DisposeAsync() => await System.Terminate();
}
