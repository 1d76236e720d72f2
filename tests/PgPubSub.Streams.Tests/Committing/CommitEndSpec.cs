using Akka.Actor;
using Akka.Event;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Committing;

public sealed class CommitEndPostgresSpec : CommitEndSpec;

public sealed class CommitEndInMemorySpec : CommitEndSpec
{
    protected override bool InMemory => true;
}

/// <summary>How a committing stream ends, and what it makes of events that are not committed.</summary>
public abstract class CommitEndSpec : CommitSpec
{
    private static readonly CommitOptions Slow = new() { MaxInterval = Long };

    [Fact]
    public async Task What_has_gathered_is_committed_and_emitted_when_upstream_finishes()
    {
        var handles = await HandOutAsync(2);
        var (source, sink) = Run(Slow);
        source.SendNext(handles[0]).SendNext(handles[1]).SendComplete();
        Assert.Equal(2, (await sink.ExpectNextAsync(Patience)).Count);
        await sink.ExpectCompleteAsync();
        await AssertInFlightAsync(0);
    }

    [Fact]
    public async Task What_has_gathered_is_committed_when_upstream_fails_and_then_it_fails()
    {
        var handles = await HandOutAsync(3);
        var (source, sink) = Run(Slow);
        source.SendNext(handles[0]).SendNext(handles[1]).SendError(new InvalidOperationException("upstream"));
        Assert.Equal(2, (await sink.ExpectNextAsync(Patience)).Count);
        Assert.Equal("upstream", (await sink.ExpectErrorAsync()).Message);
        await AssertInFlightAsync(1);
    }

    [Fact]
    public async Task It_fails_at_once_with_upstream_where_nothing_has_gathered()
    {
        var (source, sink) = Run(Slow);
        source.SendError(new InvalidOperationException("upstream"));
        Assert.Equal("upstream", (await sink.ExpectErrorAsync()).Message);
    }

    [Fact]
    public async Task What_has_gathered_is_committed_when_downstream_cancels()
    {
        var deliveries = await DeliveriesAsync(2);
        var arrived = new TaskCompletionSource();
        var (source, sink) = Run(Slow);
        source.SendNext(new Committable(deliveries[0], Sys)).SendNext(new Committable(deliveries[1], Sys, arrived.SetResult));
        await arrived.Task.WaitAsync(Patience);
        sink.Cancel();
        await source.ExpectCancellationAsync();
        await UntilInFlightAsync(0);
    }

    [Fact]
    public async Task What_is_refused_stands_in_its_batch_and_in_the_log()
    {
        var handles = await HandOutAsync(2, rules: Patient with { AckDeadline = TimeSpan.FromMilliseconds(200) });
        await Consumer.ExpectMsgAsync<DeliveryRevoked>(Patience);
        await Consumer.ExpectMsgAsync<DeliveryRevoked>(Patience);
        Committable[] all = [.. handles, .. await HandOutAsync(1, "u", "h")];
        var warnings = CreateTestProbe();
        Sys.EventStream.Subscribe(warnings, typeof(Warning));

        var batch = Assert.Single(await Source.From(all).Via(PgPubSubFlow.Commit<Committable>(Sys, Slow)).RunWith(Sink.Seq<CommitBatch>(), Materializer).WaitAsync(Patience));

        Assert.Equal(3, batch.Count);
        Assert.Equal([("t", "g", 0L, 1, false), ("t", "g", 1L, 1, false)], batch.Failures.Select(f => (f.Topic, f.Group, f.Offset, f.Attempt, f.OutcomeUnknown)));
        Assert.All(batch.Failures, failure => Assert.Contains("not the consumer's any more", failure.Reason, StringComparison.Ordinal));
        var said = (await warnings.ExpectMsgAsync<Warning>(Patience)).Message.ToString()!;
        Assert.Contains("2 of 3 events were not committed", said, StringComparison.Ordinal);
        Assert.Contains("t at 0 for group g: The delivery is not the consumer's any more", said, StringComparison.Ordinal);
        Assert.Contains("t at 1 for group g", said, StringComparison.Ordinal);
        await warnings.ExpectNoMsgAsync(Quiet);
        await AssertInFlightAsync(0, "u", "h");
    }

    [Fact]
    public async Task A_subscription_that_is_over_keeps_no_batch_waiting()
    {
        var handles = await HandOutAsync(1);
        var subscription = CreateTestProbe();
        subscription.Watch(Consumer.LastSender);
        Hub.Tell(new Unsubscribe("t", "g"), Consumer);
        await subscription.ExpectTerminatedAsync(Consumer.LastSender, Patience);

        var batch = await Source.From(handles).Via(PgPubSubFlow.Commit<Committable>(Sys, Slow)).RunWith(Sink.First<CommitBatch>(), Materializer).WaitAsync(Patience);
        Assert.True(Assert.Single(batch.Failures).OutcomeUnknown);
    }

    [Fact]
    public async Task A_dropped_group_is_named()
    {
        var handles = await HandOutAsync(2);
        await AskHubAsync<GroupDropped>(new DropGroup("t", "g"));
        var batch = await Source.From(handles).Via(PgPubSubFlow.Commit<Committable>(Sys, Slow)).RunWith(Sink.First<CommitBatch>(), Materializer).WaitAsync(Patience);
        Assert.Equal([("t", "g", 0L), ("t", "g", 1L)], batch.Failures.Select(f => (f.Topic, f.Group, f.Offset)));
    }

    [Fact]
    public async Task Where_failures_fail_it_the_error_lists_them_and_the_rest_is_committed()
    {
        var handles = await HandOutAsync(2);
        var late = await HandOutAsync(1, "u", "h", Patient with { AckDeadline = TimeSpan.FromMilliseconds(200) });
        await Consumer.ExpectMsgAsync<DeliveryRevoked>(Patience);

        var sink = PgPubSubSink.Commit<Committable>(Sys, new CommitOptions { MaxInterval = Long, OnFailure = CommitFailureMode.Fail });
        var failure = await Assert.ThrowsAsync<CommitException>(() => Source.From([handles[0], late[0], handles[1]]).RunWith(sink, Materializer).WaitAsync(Patience));

        Assert.Equal(("u", "h", 0L), (Assert.Single(failure.Failures) is var one ? (one.Topic, one.Group, one.Offset) : default));
        Assert.Contains("u at 0 for group h: The delivery is not", failure.Message, StringComparison.Ordinal);
        await AssertInFlightAsync(0);
    }

    [Fact]
    public async Task A_handle_of_another_actor_system_fails_it_and_what_came_before_is_committed()
    {
        var deliveries = await DeliveriesAsync(2);
        using var other = ActorSystem.Create("other");
        var (source, sink) = Run(Slow);
        var foreign = new Committable(deliveries[1], other);
        source.SendNext(new Committable(deliveries[0], Sys)).SendNext(foreign);
        var failure = Assert.IsType<ArgumentException>(await sink.ExpectErrorAsync());
        foreach (var named in new[] { "of t at 1", "system other", $"is of {Sys.Name}" })
            Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        await UntilInFlightAsync(1);
        Assert.NotNull(foreign.Take());
        await other.Terminate();
    }
}
