using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Groups;

public sealed class PatternEndPostgresSpec : PatternEndSpec;

public sealed class PatternEndInMemorySpec : PatternEndSpec
{
    protected override bool InMemory => true;
}

/// <summary>How a member of a group at the topics of a pattern ends, and what it does when one of them does.</summary>
public abstract class PatternEndSpec : StreamSpec
{
    [Fact]
    public async Task While_it_drains_a_topic_that_is_settled_takes_nothing_from_another()
    {
        await PublishAsync("a.x", 0);
        await PublishAsync("a.y", 0);
        var (control, probe) = Run(TopicSet.Matching("a.*"));
        await probe.RequestAsync(10);
        var held = new[] { await probe.ExpectNextAsync(Patience), await probe.ExpectNextAsync(Patience) };

        var drained = control.DrainAndShutdown();
        await probe.ExpectCompleteAsync();
        held[0].Ack();
        await UntilSettledAsync(held[0].Topic, "g");
        await Task.WhenAny(drained, Task.Delay(Quiet));
        Assert.False(drained.IsCompleted);
        held[1].Ack();

        await drained.WaitAsync(Patience);
        await UntilSettledAsync(held[1].Topic, "g");
    }

    [Fact]
    public async Task A_topic_that_is_dropped_and_made_anew_at_once_is_consumed_again()
    {
        await PublishAsync("a.x", 0);
        var (_, probe) = Run(TopicSet.Matching("a.*"));
        await probe.RequestAsync(10);
        (await probe.ExpectNextAsync(Patience)).Ack();
        await UntilSettledAsync("a.x", "g");

        await MakeAnewAsync("a.x", 7);

        Assert.Equal((0L, 7), Read(await probe.ExpectNextAsync(Patience)));
    }

    [Fact]
    public async Task A_topic_that_another_node_drops_and_makes_anew_between_two_looks_is_consumed_again()
    {
        await PublishAsync("a.x", 0);
        var (_, probe) = Run(TopicSet.Matching("a.*"));
        await probe.RequestAsync(10);
        (await probe.ExpectNextAsync(Patience)).Ack();
        await UntilSettledAsync("a.x", "g");

        var other = ActorSystem.Create("other", "akka.loglevel = WARNING");
        var node = PgPubSubHub.Start(other, Options());
        await node.Ask<TopicDropped>(new DropTopic("a.x"), Patience);
        await node.Ask<Published>(new Publish("a.x", new Number(7)), Patience);

        Assert.Equal((0L, 7), Read(await probe.ExpectNextAsync(Patience)));
        await CoordinatedShutdown.Get(other).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
    }

    private static (long, int) Read(Committable committable) => (committable.Offset, committable.Event.As<Number>().Value);

    private (ISourceControl, TestSubscriber.Probe<Committable>) Run(TopicSet topics) =>
        PgPubSubSource.Group(Sys, topics, "g").ToMaterialized(this.SinkProbe<Committable>(), Keep.Both).Run(Materializer);
}
