using Akka.Actor;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Stores;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Streams.Tests.Losses;

public sealed class CommitOutagePostgresSpec : CommitOutageSpec;

public sealed class CommitOutageInMemorySpec : CommitOutageSpec
{
    protected override bool InMemory => true;
}

/// <summary>A committer whose batch takes its time.</summary>
public abstract class CommitOutageSpec : StreamSpec
{
    protected override LossyPlan Lossy { get; } = new(seed: 1, LossRates.None);

    [Fact]
    public async Task Where_a_failure_runs_through_the_stream_what_has_gathered_is_told_before_its_source_gives_it_back()
    {
        await PublishAsync("t", 0, 1, 2);
        var consumer = CreateTestProbe();
        Hub.Tell(new Subscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        var arrived = new TaskCompletionSource();
        var (one, two) = (await NextAsync(consumer), await NextAsync(consumer, arrived.SetResult));
        await consumer.ExpectMsgAsync<Delivery>(Patience);
        var (source, sink) = this.SourceProbe<Committable>().Via(PgPubSubFlow.Commit<Committable>(Sys, new() { MaxBatch = 2, MaxInterval = TimeSpan.Zero }))
            .ToMaterialized(this.SinkProbe<CommitBatch>(), Keep.Both).Run(Materializer);
        await sink.RequestAsync(10);
        Lossy.BeginOutage();
        await source.SendNextAsync(one);
        await AwaitConditionAsync(() => Task.FromResult(Lossy.Count(Loss.Outage, nameof(IDeliveryStore.SettleAsync)) > 0), Patience);
        await source.SendNextAsync(two);
        await arrived.Task.WaitAsync(Patience);
        await source.SendErrorAsync(new InvalidOperationException("upstream"));
        await source.ExpectNoMsgAsync(Quiet); // its end comes there behind what it sent

        Hub.Tell(new Unsubscribe("t", "g"), consumer);
        Lossy.EndOutage();

        Assert.Empty((await sink.ExpectNextAsync(Patience)).Failures); // the second may be overtaken by the failure
        await UntilGroupAsync("t", "g", group => group is { InFlight: 0, Retrying: 1 });
    }

    private async Task<Committable> NextAsync(Akka.TestKit.TestProbe consumer, Action? taken = null) => new(await consumer.ExpectMsgAsync<Delivery>(Patience), Sys, taken);
}
