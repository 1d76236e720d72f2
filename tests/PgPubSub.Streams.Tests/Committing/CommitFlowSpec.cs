using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Committing;

public sealed class CommitFlowPostgresSpec : CommitFlowSpec
{
    [Fact]
    public async Task One_batch_is_committed_and_one_gathers_and_nothing_more_is_pulled()
    {
        var handles = await HandOutAsync(20);
        await RunAsync($"ALTER TABLE {Schema}.lease RENAME TO lease_away");
        var pulled = 0;
        var sink = Source.From(handles).Select(handle =>
        {
            Interlocked.Increment(ref pulled);
            return handle;
        }).Via(PgPubSubFlow.Commit<Committable>(Sys, new CommitOptions { MaxBatch = 3, MaxInterval = Long })).RunWith(this.SinkProbe<CommitBatch>(), Materializer);
        await sink.ExpectSubscriptionAsync();
        Assert.Equal(0, Volatile.Read(ref pulled));

        sink.Request(1);
        await AwaitAssertAsync(() => Assert.Equal(6, Volatile.Read(ref pulled)), Patience);
        await sink.ExpectNoMsgAsync(Quiet);
        Assert.Equal(6, Volatile.Read(ref pulled));

        await RunAsync($"ALTER TABLE {Schema}.lease_away RENAME TO lease");
        sink.Request(100);
        for (var left = 20; left > 0; left -= 3)
            Assert.Equal(Math.Min(3, left), (await sink.ExpectNextAsync(Patience)).Count);
        await sink.ExpectCompleteAsync();
    }
}

public sealed class CommitFlowInMemorySpec : CommitFlowSpec
{
    protected override bool InMemory => true;
}

/// <summary>What a committing stream makes a batch of.</summary>
public abstract class CommitFlowSpec : CommitSpec
{
    [Fact]
    public async Task A_batch_is_committed_when_it_is_full_and_emitted_after_that()
    {
        var handles = await HandOutAsync(7);
        var (source, sink) = Run(new CommitOptions { MaxBatch = 3, MaxInterval = Long });
        foreach (var handle in handles)
            source.SendNext(handle);
        Assert.Equal((3, 0), Of(await sink.ExpectNextAsync(Patience)));
        Assert.Equal((3, 0), Of(await sink.ExpectNextAsync(Patience)));
        await AssertInFlightAsync(1);
        await sink.ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Batches_that_wait_for_demand_are_emitted_in_their_order()
    {
        var handles = await HandOutAsync(5);
        var sink = Source.From(handles).Via(PgPubSubFlow.Commit<Committable>(Sys, new CommitOptions { MaxBatch = 2, MaxInterval = Long })).RunWith(this.SinkProbe<CommitBatch>(), Materializer);
        sink.Request(1);
        Assert.Equal((2, 0), Of(await sink.ExpectNextAsync(Patience)));
        await UntilInFlightAsync(0);
        sink.Request(2);
        Assert.Equal((2, 0), Of(await sink.ExpectNextAsync(Patience)));
        Assert.Equal((1, 0), Of(await sink.ExpectNextAsync(Patience)));
        await sink.ExpectCompleteAsync();
    }

    [Fact]
    public async Task A_batch_is_committed_when_its_time_is_over()
    {
        var handles = await HandOutAsync(3);
        var (source, sink) = Run(new CommitOptions { MaxInterval = TimeSpan.FromMilliseconds(200) });
        source.SendNext(handles[0]).SendNext(handles[1]);
        Assert.Equal((2, 0), Of(await sink.ExpectNextAsync(Patience)));
        source.SendNext(handles[2]);
        Assert.Equal((1, 0), Of(await sink.ExpectNextAsync(Patience)));
        await AssertInFlightAsync(0);
    }

    [Fact]
    public async Task Without_an_interval_what_is_there_goes_at_once()
    {
        var handles = await HandOutAsync(1);
        var (source, sink) = Run(new CommitOptions { MaxInterval = TimeSpan.Zero });
        source.SendNext(handles[0]);
        Assert.Equal((1, 0), Of(await sink.ExpectNextAsync(Patience)));
    }

    [Fact]
    public async Task Events_of_several_groups_are_committed_together()
    {
        Committable[] handles = [.. await HandOutAsync(2), .. await HandOutAsync(3, "u", "h")];
        await Source.From(handles).Select(handle => handle.With("made of it")).RunWith(PgPubSubSink.Commit<Committable<string>>(Sys), Materializer).WaitAsync(Patience);
        await AssertInFlightAsync(0);
        await AssertInFlightAsync(0, "u", "h");
    }

    [Fact]
    public async Task A_source_with_context_ends_in_it()
    {
        var handles = await HandOutAsync(4);
        await SourceWithContext.FromTuples(Source.From(handles.Take(2).Select((handle, i) => (i, handle)))).RunWith(PgPubSubSink.CommitWithContext<int>(Sys), Materializer).WaitAsync(Patience);
        await AssertInFlightAsync(2);
        var batches = await Source.From(handles.Skip(2).Select((handle, i) => (i, handle))).Via(PgPubSubFlow.CommitWithContext<int>(Sys)).RunWith(Sink.Seq<CommitBatch>(), Materializer).WaitAsync(Patience);
        Assert.Equal((2, 0), Of(Assert.Single(batches)));
    }

    [Fact]
    public async Task An_event_is_committed_after_what_was_made_of_it_is_published()
    {
        var handles = await HandOutAsync(30);
        await SourceWithContext.FromTuples(Source.From(handles.Select(handle => (new Number(handle.Event.As<Number>().Value * 2), handle))))
            .Via(PgPubSubFlow.PublishWithContext<Number, Committable>(Sys, "doubled"))
            .RunWith(PgPubSubSink.CommitWithContext<Published>(Sys), Materializer).WaitAsync(Patience);
        await AssertInFlightAsync(0);
        var made = (await AskHubAsync<HistoryPage>(new ReadHistory("doubled"))).Events;
        Assert.Equal(Enumerable.Range(0, 30).Select(n => n * 2), made.Select(e => e.As<Number>().Value));
    }

    [Fact]
    public async Task What_was_answered_before_is_passed_over()
    {
        var handles = await HandOutAsync(40);
        foreach (var handle in handles.Take(39))
            handle.Ack();
        var batches = await Source.From(handles).Concat(Source.From(handles)).Via(PgPubSubFlow.Commit<Committable>(Sys, new CommitOptions { MaxBatch = 2, MaxInterval = Long }))
            .RunWith(Sink.Seq<CommitBatch>(), Materializer).WaitAsync(Patience);
        Assert.Equal((1, 0), Of(Assert.Single(batches)));
        Assert.Empty(await Source.From(handles).Via(PgPubSubFlow.Commit<Committable>(Sys)).RunWith(Sink.Seq<CommitBatch>(), Materializer).WaitAsync(Patience));
    }

    [Fact]
    public async Task An_event_in_parts_is_committed_with_the_last()
    {
        var parts = (await HandOutAsync(1))[0].Split(3);
        var (source, sink) = Run(new CommitOptions { MaxBatch = 1 });
        source.SendNext(parts[0]).SendNext(parts[2]);
        await sink.ExpectNoMsgAsync(Quiet);
        await AssertInFlightAsync(1);
        source.SendNext(parts[1]);
        Assert.Equal((1, 0), Of(await sink.ExpectNextAsync(Patience)));
        await AssertInFlightAsync(0);
    }

    [Fact]
    public void What_can_not_be_meant_is_refused_when_the_flow_is_made()
    {
        Assert.Throws<ArgumentNullException>(() => PgPubSubFlow.Commit<Committable>(null!));
        foreach (var (batch, seconds, mode) in new[] { (0, -1, 7), (10_001, 61, -1) })
        {
            var options = new CommitOptions { MaxBatch = batch, MaxInterval = TimeSpan.FromSeconds(seconds), OnFailure = (CommitFailureMode)mode };
            var message = Assert.Throws<ArgumentException>(() => PgPubSubSink.CommitWithContext<int>(Sys, options)).Message;
            Assert.Contains(
                $"MaxBatch is {batch}; it must be between 1 and 10000. MaxInterval is {options.MaxInterval}; it must be between 0 and 1 minute. OnFailure is {mode}; it must be Continue or Fail.",
                message, StringComparison.Ordinal);
        }
    }

    private static (int, int) Of(CommitBatch batch) => (batch.Count, batch.Failures.Count);
}
