using Akka.Actor;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Akka.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Tests.Committing;

/// <summary>Streams that commit what a probe was handed.</summary>
public abstract class CommitSpec : StreamSpec
{
    protected static readonly GroupRules Patient = new(TimeSpan.FromMinutes(5), new RetryRules(5, TimeSpan.FromHours(1), 1, TimeSpan.FromHours(1)));

    // Long enough that only what a spec is about cuts a batch.
    protected static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    protected TestProbe Consumer { get; private set; } = null!;

    protected async Task<Committable[]> HandOutAsync(int count, string topic = "t", string group = "g", GroupRules? rules = null) =>
        [.. (await DeliveriesAsync(count, topic, group, rules)).Select(delivery => new Committable(delivery, Sys))];

    protected async Task<Delivery[]> DeliveriesAsync(int count, string topic = "t", string group = "g", GroupRules? rules = null)
    {
        (Consumer, var deliveries) = await HandOutAsync(new Subscribe(topic, group, Window: 1_000, Rules: rules ?? Patient), count);
        return deliveries;
    }

    protected (TestPublisher.Probe<Committable> Source, TestSubscriber.Probe<CommitBatch> Sink) Run(CommitOptions? options = null)
    {
        var (source, sink) = this.SourceProbe<Committable>().Via(PgPubSubFlow.Commit<Committable>(Sys, options)).ToMaterialized(this.SinkProbe<CommitBatch>(), Keep.Both).Run(Materializer);
        sink.Request(100);
        return (source, sink);
    }

    /// <summary>Waits until a group has settled all but so many, which are in flight.</summary>
    protected Task UntilInFlightAsync(int count, string topic = "t", string group = "g") => AwaitAssertAsync(
        async () => Assert.Equal((count, 0), await HeldAsync(topic, group)), Patience);

    protected async Task AssertInFlightAsync(int count, string topic = "t", string group = "g") => Assert.Equal((count, 0), await HeldAsync(topic, group));

    private async Task<(long InFlight, long Retrying)> HeldAsync(string topic, string group)
    {
        var status = Assert.Single((await AskHubAsync<GroupList>(new ListGroups(topic, group))).Groups);
        return (status.InFlight, status.Retrying);
    }
}
