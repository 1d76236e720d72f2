using System.Text;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Akka.TestKit;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Actors;
using PgPubSub.Actors.Payloads;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Topics;

namespace PgPubSub.Streams.Tests;

/// <summary>Sources whose hub and subscription the spec plays: whatever a hub may say comes when the spec says it.</summary>
public abstract class PlayedSpec : Akka.TestKit.Xunit2.TestKit
{
    protected const string Instance = "played";

    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Quiet = TimeSpan.FromMilliseconds(200);

    private int _handed;

    protected PlayedSpec()
        : base("akka { loglevel = WARNING, test.single-expect-default = 10 s, coordinated-shutdown.run-by-actor-system-terminate = off }") // no hub would answer a source that leaves then
    {
        (PlayedHub, Subscription, Materializer) = (CreateTestProbe(), CreateTestProbe(), Sys.Materializer());
        HubDirectory.Of(Sys).Add(Instance, new EventTypeMap([]), () => PlayedHub.Ref);
    }

    protected TestProbe PlayedHub { get; }

    protected TestProbe Subscription { get; }

    protected ActorMaterializer Materializer { get; }

    protected (ISourceControl Control, TestSubscriber.Probe<T> Probe) Run<T>(Source<T, ISourceControl> source) => source.ToMaterialized(this.SinkProbe<T>(), Keep.Both).Run(Materializer);

    /// <summary>Waits until the source subscribes, and lets the subscription stand.</summary>
    protected async Task<IActorRef> SubscribedAsync(long position = 0)
    {
        var asked = await PlayedHub.FishForMessageAsync<Subscribe>(_ => true, Patience);
        asked.Consumer!.Tell(new Subscribed(asked.Topic, asked.Group, position), Subscription);
        return asked.Consumer!;
    }

    /// <summary>Hands out events of the topic <c>t</c>.</summary>
    protected Delivery[] HandOut(IActorRef consumer, string? group, params long[] offsets)
    {
        Delivery[] deliveries = [.. offsets.Select(offset => DeliveryOf(group, offset))];
        foreach (var delivery in deliveries)
            consumer.Tell(delivery, Subscription);
        return deliveries;
    }

    /// <summary>Waits until the source has got what it was told so far: what it says in the log of an outage is the sign.</summary>
    protected async Task ArrivedAsync(IActorRef consumer)
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Warning));
        consumer.Tell(new OutageBegan("played"), PlayedHub);
        await log.FishForMessageAsync<Warning>(warning => warning.Message.ToString()!.Contains("played", StringComparison.Ordinal), Patience);
    }

    protected async Task ExpectAckAsync(Delivery delivery) => Assert.Same(delivery, ((IAnswer)await Subscription.ExpectMsgAsync<Ack>(Patience)).Delivery);

    private Delivery DeliveryOf(string? group, long offset)
    {
        var stored = new StoredEvent(offset, Guid.NewGuid(), "number", null, Encoding.UTF8.GetBytes($$"""{"value":{{offset}}}"""), null, null, DateTimeOffset.UnixEpoch);
        return new Delivery(new DeliveryOrigin("t", group, new JsonPayloadSerializer(), Subscription), new DeliveryId(1, _handed++), stored, 1, TimeSpan.FromMinutes(1));
    }
}
