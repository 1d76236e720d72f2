using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests;

/// <summary>Streams over a hub on a real server, in a schema of its own, or over the store in memory.</summary>
public abstract class StreamSpec : HubSpec
{
    // To see that nothing comes, where there is nothing to wait for.
    protected static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    protected StreamSpec()
        : base("akka.coordinated-shutdown.phases.service-unbind.timeout = 1100 ms # what a spec leaves unanswered is not waited for when it ends") => Materializer = Sys.Materializer();

    protected ActorMaterializer Materializer { get; }

    protected (ISourceControl Control, TestSubscriber.Probe<T> Probe) Run<T>(Source<T, ISourceControl> source) => source.ToMaterialized(this.SinkProbe<T>(), Keep.Both).Run(Materializer);

    protected static async Task ExpectAsync(TestSubscriber.Probe<TopicEvent> probe, params long[] offsets)
    {
        foreach (var offset in offsets)
            Assert.Equal(offset, (await probe.ExpectNextAsync(Patience)).Offset);
    }

    /// <summary>Drops a topic and publishes to another of its name; the publisher finds out by its first try.</summary>
    protected async Task MakeAnewAsync(string topic, params IEnumerable<int> numbers)
    {
        await AskHubAsync<TopicDropped>(new DropTopic(topic));
        Assert.True((await AskHubAsync<PublishRejected>(new Publish(topic, new Number(-1)))).CanRetry);
        await PublishAsync(topic, numbers);
    }

    /// <summary>Waits until a group has settled everything, so much of it by dead letters.</summary>
    protected Task UntilSettledAsync(string topic, string group, int dead = 0) =>
        UntilGroupAsync(topic, group, status => status is { Lag: 0, InFlight: 0, Retrying: 0 } && status.Dead == dead);
}
