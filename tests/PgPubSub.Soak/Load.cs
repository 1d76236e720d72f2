using System.Diagnostics;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Soak;

/// <summary>What is published: when that was, by the process's clock.</summary>
internal sealed record Stamp(long Ticks, string Filling);

/// <summary>Publishes at a steady rate.</summary>
internal sealed class PacerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly string Filling = new('x', 200);

    private readonly long _since = Stopwatch.GetTimestamp();
    private long _published;

    public PacerActor(IActorRef hub, string topic, int perSecond, Latencies latencies)
    {
        Receive<Next>(_ =>
        {
            for (var due = Stopwatch.GetElapsedTime(_since).TotalSeconds * perSecond; _published < due; _published++)
                hub.Tell(new Publish(topic, new Stamp(Stopwatch.GetTimestamp(), Filling)));
        });
        Receive<PublishRejected>(_ => latencies.Reject());
        Receive<Published>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("next", new Next(), Step);

    private sealed record Next;
}

/// <summary>Acks everything but the first attempt of each fiftieth event, and measures how long first attempts took.</summary>
internal sealed class ConsumerActor : ReceiveActor
{
    private const int Nacked = 50;

    public ConsumerActor(IActorRef hub, string topic, string? group, Latencies latencies)
    {
        Receive<Delivery>(m =>
        {
            if (m.Attempt == 1)
                latencies.Add(Stopwatch.GetElapsedTime(m.As<Stamp>().Ticks).TotalMilliseconds);
            Sender.Tell(m.Attempt == 1 && m.Offset % Nacked == 0 ? m.Nack("one of fifty") : m.Ack());
        });
        ReceiveAny(_ => { });
        hub.Tell(new Subscribe(topic, group, group is null ? StartFrom.Latest : StartFrom.Earliest), Self);
    }
}
