using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using Akka.TestKit;
using PgPubSub.Actors;
using PgPubSub.Actors.Payloads;
using Directive = Akka.Streams.Supervision.Directive;

namespace PgPubSub.Streams.Tests.Publishing;

/// <summary>What a publishing stream asks of the hub, and when; the spec plays the hub.</summary>
public sealed class PublishStageSpec : Akka.TestKit.Xunit2.TestKit
{
    private const int Batch = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Quiet = TimeSpan.FromMilliseconds(200);

    private readonly TestProbe _hub;
    private readonly ActorMaterializer _materializer;
    private readonly Dictionary<PublishEach, IActorRef> _askers = new(ReferenceEqualityComparer.Instance);
    private long _next;
    private int _pulled;

    public PublishStageSpec()
        : base("akka { loglevel = OFF, test.single-expect-default = 10 s }")
    {
        (_hub, _materializer) = (CreateTestProbe(), Sys.Materializer());
        HubDirectory.Of(Sys).Add("played", new EventTypeMap([]), () => _hub.Ref);
    }

    [Fact]
    public async Task What_arrives_while_two_messages_are_under_way_goes_out_in_the_next_and_nothing_more_is_pulled()
    {
        var sink = Endless().Via(Flow()).RunWith(this.SinkProbe<Published>(), _materializer);
        Assert.Equal(0, _pulled);
        sink.Request(1);
        var (first, second) = (await AskedAsync(), await AskedAsync());
        Assert.Equal((1, 1), (first.Events.Count, second.Events.Count));
        await PulledAsync(2 + Batch);

        Reply(first);
        Assert.Equal(0, (await sink.ExpectNextAsync(Patience)).Offset);
        var third = await AskedAsync();
        Assert.Equal(Enumerable.Range(2, Batch).Cast<object>(), third.Events.Select(e => e.Event));
        await PulledAsync(2 + (2 * Batch));

        Reply(second);
        await _hub.ExpectNoMsgAsync(Quiet); // it was not emitted: nobody asked for it
        sink.Request(1);
        Assert.Equal(Batch, (await AskedAsync()).Events.Count);
        Assert.Equal(1, (await sink.ExpectNextAsync(Patience)).Offset);
        await PulledAsync(2 + (3 * Batch));
    }

    [Fact]
    public async Task Answers_out_of_order_are_emitted_in_order()
    {
        var (source, sink) = Run();
        source.SendNext(0).SendNext(1);
        var (first, second) = (await AskedAsync(), await AskedAsync());
        Reply(second, new Published("t", 1, Guid.NewGuid()));
        await sink.ExpectNoMsgAsync(Quiet);
        Reply(first, new Published("t", 0, Guid.NewGuid()));
        Assert.Equal(0, (await sink.ExpectNextAsync(Patience)).Offset);
        Assert.Equal(1, (await sink.ExpectNextAsync(Patience)).Offset);
    }

    [Fact]
    public async Task It_completes_after_the_last_answer()
    {
        var (source, sink) = Run();
        source.SendNext(0);
        var asked = await AskedAsync();
        source.SendComplete();
        await sink.ExpectNoMsgAsync(Quiet);
        Reply(asked);
        Assert.Equal(0, (await sink.ExpectNextAsync(Patience)).Offset);
        await sink.ExpectCompleteAsync();
    }

    [Fact]
    public async Task It_completes_where_nothing_came()
    {
        var (source, sink) = Run();
        source.SendComplete();
        await sink.ExpectCompleteAsync();
    }

    [Fact]
    public async Task It_fails_at_once_with_upstream()
    {
        var (source, sink) = Run();
        source.SendNext(0);
        await AskedAsync();
        source.SendError(new InvalidOperationException("upstream"));
        Assert.Equal("upstream", (await sink.ExpectErrorAsync()).Message);
    }

    [Fact]
    public async Task It_ends_when_downstream_cancels()
    {
        var (source, sink) = Run();
        source.SendNext(0);
        await AskedAsync();
        sink.Cancel();
        await source.ExpectCancellationAsync();
    }

    [Fact]
    public async Task A_rejection_fails_it_after_what_was_published_before_and_stops_it_from_sending_more()
    {
        var (source, sink) = Run();
        source.SendNext(0).SendNext(1).SendNext(2);
        var (first, second) = (await AskedAsync(), await AskedAsync());
        Reply(second, new PublishRejected("t", "no", CanRetry: true));
        source.SendNext(3);
        await sink.ExpectNoMsgAsync(Quiet);
        Reply(first, new Published("t", 0, Guid.NewGuid()));
        Assert.Equal(0, (await sink.ExpectNextAsync(Patience)).Offset);
        var failure = Assert.IsType<PublishRejectedException>(await sink.ExpectErrorAsync());
        Assert.Equal(new PublishRejected("t", "no", CanRetry: true), failure.Rejection);
        await _hub.ExpectNoMsgAsync(Quiet);
        await source.ExpectCancellationAsync();
    }

    [Fact]
    public async Task What_the_decider_resumes_is_dropped_also_where_a_whole_message_was_rejected()
    {
        var seen = new List<string>();
        var (source, sink) = Run(rejected =>
        {
            seen.Add(rejected.Reason);
            return rejected.Reason == "a" ? Directive.Resume : Directive.Restart;
        });
        source.SendNext(0);
        await AskedAsync();
        _hub.Reply(new PublishRejected("t", "a", CanRetry: true));
        source.SendNext(1);
        await AskedAsync();
        _hub.Reply(new PublishedEach("t", [new PublishRejected("t", "b", CanRetry: true)]));
        source.SendNext(2);
        Reply(await AskedAsync());
        Assert.Equal(0, (await sink.ExpectNextAsync(Patience)).Offset);
        Assert.Equal(["a", "b"], seen);
    }

    [Fact]
    public async Task A_decider_that_throws_fails_it()
    {
        var (source, sink) = Run(_ => throw new InvalidOperationException("decider"));
        source.SendNext(0);
        await AskedAsync();
        _hub.Reply(new PublishRejected("t", "a", CanRetry: true));
        Assert.Equal("decider", (await sink.ExpectErrorAsync()).Message);
    }

    [Fact]
    public async Task A_hub_that_stops_leaves_nobody_waiting()
    {
        var (source, sink) = Run();
        source.SendNext(0);
        await AskedAsync();
        Sys.Stop(_hub);
        Assert.Contains("outcome is unknown", Assert.IsType<PublishRejectedException>(await sink.ExpectErrorAsync()).Rejection.Reason, StringComparison.Ordinal);
    }

    private Source<int, NotUsed> Endless() => Source.UnfoldInfinite(0, i => (i + 1, i)).Select(i =>
    {
        Interlocked.Increment(ref _pulled);
        return i;
    });

    private Flow<int, Published, NotUsed> Flow(Func<PublishRejected, Directive>? decider = null)
    {
        var options = new PublishFlowOptions { MaxBatch = Batch, Instance = "played" };
        return PgPubSubFlow.Publish<int>(Sys, "t", options with { Decider = decider ?? options.Decider });
    }

    private (TestPublisher.Probe<int> Source, TestSubscriber.Probe<Published> Sink) Run(Func<PublishRejected, Directive>? decider = null)
    {
        var (source, sink) = this.SourceProbe<int>().Via(Flow(decider)).ToMaterialized(this.SinkProbe<Published>(), Keep.Both).Run(_materializer);
        sink.Request(100);
        return (source, sink);
    }

    private async Task<PublishEach> AskedAsync()
    {
        var asked = await _hub.ExpectMsgAsync<PublishEach>(Patience);
        _askers[asked] = _hub.LastSender;
        return asked;
    }

    private void Reply(PublishEach asked) => Reply(asked, [.. asked.Events.Select(_ => new Published("t", _next++, Guid.NewGuid()))]);

    private void Reply(PublishEach asked, params IPublishReply[] replies) => _askers[asked].Tell(new PublishedEach("t", replies));

    private Task PulledAsync(int count) => AwaitAssertAsync(() => Assert.Equal(count, Volatile.Read(ref _pulled)), Patience);
}
