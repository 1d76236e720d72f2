using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Nodes;

/// <summary>Actors that publish as fast as they are confirmed, each with a fixed number of publishes unconfirmed.</summary>
internal sealed class Load
{
    private const int Publishers = 64, Unconfirmed = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly IActorRef[] _publishers;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = Publishers;
    private long _confirmed;
    private volatile bool _stopped;

    private Load(Node node, Func<int, int, Publish> next) => _publishers =
    [
        .. Enumerable.Range(0, Publishers).Select(i => node.System.ActorOf(Props.Create(() => new Publisher(this, node.Hub, n => next(i, n))))),
    ];

    /// <summary>Publishes that are confirmed by now.</summary>
    public long Confirmed => Volatile.Read(ref _confirmed);

    /// <summary>Starts publishing small events.</summary>
    /// <param name="node">The node.</param>
    /// <param name="topics">The topics, taken round and round by each actor.</param>
    public static Load Start(Node node, params string[] topics)
    {
        var bytes = new EventBytes(Payload.Utf8, "application/json");
        Publish[] publishes = [.. topics.Select(topic => new Publish(topic, bytes, Type: Payload.Type))];
        return Start(node, (i, n) => publishes[((i * Unconfirmed) + n) % publishes.Length]);
    }

    /// <summary>Starts publishing.</summary>
    /// <param name="node">The node.</param>
    /// <param name="next">The n-th event of the i-th actor.</param>
    public static Load Start(Node node, Func<int, int, Publish> next) => new(node, next);

    /// <summary>Stops, and waits for what is not confirmed yet.</summary>
    /// <returns>All that was confirmed.</returns>
    public async Task<long> StopAsync()
    {
        _stopped = true;
        await _done.Task.WaitAsync(Patience);
        foreach (var publisher in _publishers)
            publisher.Tell(PoisonPill.Instance);
        return Confirmed;
    }

    private sealed class Publisher : ReceiveActor
    {
        public Publisher(Load load, IActorRef hub, Func<int, Publish> next)
        {
            var (sent, open) = (0, Unconfirmed);
            for (; sent < Unconfirmed; sent++)
                hub.Tell(next(sent), Self);
            Receive<Published>(_ =>
            {
                Interlocked.Increment(ref load._confirmed);
                if (!load._stopped)
                    hub.Tell(next(sent++), Self);
                else if (--open == 0 && Interlocked.Decrement(ref load._running) == 0)
                    load._done.TrySetResult();
            });
            Receive<PublishRejected>(m => load._done.TrySetException(new CheckFailedException($"A publish was rejected: {m.Reason}")));
        }
    }
}
