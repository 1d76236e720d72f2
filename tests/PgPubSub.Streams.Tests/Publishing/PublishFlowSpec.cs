using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using Directive = Akka.Streams.Supervision.Directive;

namespace PgPubSub.Streams.Tests.Publishing;

public sealed class PublishFlowPostgresSpec : PublishFlowSpec;

public sealed class PublishFlowInMemorySpec : PublishFlowSpec
{
    protected override bool InMemory => true;
}

/// <summary>Streams that publish, on a hub.</summary>
public abstract class PublishFlowSpec : StreamSpec
{
    [Fact]
    public async Task Streams_that_end_at_once_harm_nobody()
    {
        Watch(Hub);

        for (var i = 0; i < 300; i++)
            await Source.Empty<Number>().RunWith(PgPubSubSink.Publish<Number>(Sys, "t"), Materializer).WaitAsync(Patience);

        await PublishAsync("t", 1);
        Assert.False(HasMessages, "the hub crashed");
    }

    private static readonly PublishFlowOptions Lenient = new() { Decider = _ => Directive.Resume };

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.MaxPayloadBytes, options.MaxPendingBytes) = (1024 * 1024, 1024 * 1024);
        return options;
    }

    [Fact]
    public async Task Elements_are_published_and_emitted_in_order()
    {
        var published = await Source.From(Enumerable.Range(0, 2_500)).Select(n => new Number(n))
            .Via(PgPubSubFlow.Publish<Number>(Sys, "t", new PublishFlowOptions { MaxBatch = 100 })).RunWith(Sink.Seq<Published>(), Materializer).WaitAsync(Patience);

        Assert.Equal(Enumerable.Range(0, 2_500).Select(i => (long)i), published.Select(p => p.Offset));
        var events = (await AskHubAsync<HistoryPage>(new ReadHistory("t", Most: 1_000))).Events;
        Assert.Equal(published.Take(1_000).Select(p => p.EventId), events.Select(e => e.EventId));
        Assert.Equal(Enumerable.Range(0, 1_000), events.Select(e => e.As<Number>().Value));
    }

    [Fact]
    public async Task More_than_may_wait_to_be_published_waits_in_the_stream()
    {
        var data = new EventBytes(new byte[100 * 1024], "application/octet-stream");
        var published = await Source.From(Enumerable.Range(0, 100)).Select(_ => new Publish("t", data, Type: "large"))
            .Via(PgPubSubFlow.Publish<Publish>(Sys, "t")).RunWith(Sink.Seq<Published>(), Materializer).WaitAsync(Patience);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), published.Select(p => p.Offset));
    }

    [Fact]
    public async Task A_publish_gives_key_type_and_headers_and_one_to_another_topic_counts_as_rejected()
    {
        Publish[] publishes = [new("t", new Number(0), "key", "type", new Dictionary<string, string> { ["h"] = "v" }), new("u", new Number(1)), new("t", new Number(2))];
        var published = await Source.From(publishes).Via(PgPubSubFlow.Publish<Publish>(Sys, "t", Lenient)).RunWith(Sink.Seq<Published>(), Materializer).WaitAsync(Patience);

        Assert.Equal([0, 1], published.Select(p => p.Offset));
        var events = (await AskHubAsync<HistoryPage>(new ReadHistory("t"))).Events;
        Assert.Equal(("key", "type", "v"), (events[0].Key, events[0].Type, events[0].Headers["h"]));
        Assert.Equal(2, events[1].As<Number>().Value);
        Assert.Empty((await AskHubAsync<HistoryPage>(new ReadHistory("u"))).Events);

        var failure = await Assert.ThrowsAsync<PublishRejectedException>(() => Source.Single(publishes[1]).RunWith(PgPubSubSink.Publish<Publish>(Sys, "t"), Materializer).WaitAsync(Patience));
        Assert.Equal(("t", "The event names another topic.", false), (failure.Rejection.Topic, failure.Rejection.Reason, failure.Rejection.CanRetry));
    }

    [Fact]
    public async Task The_sink_completes_when_all_are_committed()
    {
        await Source.From(Enumerable.Range(0, 700)).Select(n => new Number(n)).RunWith(PgPubSubSink.Publish<Number>(Sys, "t"), Materializer).WaitAsync(Patience);
        Assert.Equal(700, (await AskHubAsync<TopicList>(new ListTopics())).Topics.Single(t => t.Name == "t").Tail);
    }

    [Fact]
    public async Task A_rejected_event_fails_the_sink_and_names_no_data()
    {
        var failure = await Assert.ThrowsAsync<PublishRejectedException>(() =>
            Source.From([new Number(0), new Publish("t", "secret", Key: ""), (object)new Number(1)]).RunWith(PgPubSubSink.Publish<object>(Sys, "t"), Materializer).WaitAsync(Patience));
        Assert.Contains("key is empty", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_goes_with_its_event()
    {
        var published = await Source.From(Enumerable.Range(0, 50)).Select(n => ((object)(n == 7 ? new Publish("t", n, Key: "") : new Number(n)), n))
            .Via(PgPubSubFlow.PublishWithContext<object, int>(Sys, "t", Lenient)).RunWith(Sink.Seq<(Published, int)>(), Materializer).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 50).Where(n => n != 7), published.Select(p => p.Item2));
        Assert.Equal(Enumerable.Range(0, 49).Select(n => (long)n), published.Select(p => p.Item1.Offset));
    }

    [Fact]
    public async Task A_dropped_event_nacks_the_handle_that_is_its_context_and_a_failing_one_leaves_it_alone()
    {
        await PublishAsync("in", 0, 1);
        var consumer = CreateTestProbe();
        var rules = new GroupRules(TimeSpan.FromMinutes(1), new RetryRules(1, TimeSpan.Zero, 1, TimeSpan.Zero)); // the first failure buries it
        Hub.Tell(new Subscribe("in", "g", Rules: rules), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        var handles = new[] { new Committable(await consumer.ExpectMsgAsync<Delivery>(Patience), Sys), new Committable(await consumer.ExpectMsgAsync<Delivery>(Patience), Sys) };

        var failing = Source.Single<(object, Committable)>((new Publish("out", 1, Key: ""), handles[1])).Via(PgPubSubFlow.PublishWithContext<object, Committable>(Sys, "out"));
        await Assert.ThrowsAsync<PublishRejectedException>(() => failing.RunWith(Sink.Ignore<(Published, Committable)>(), Materializer).WaitAsync(Patience));
        await Source.Single<(object, Committable)>((new Publish("out", 0, Key: ""), handles[0])).Via(PgPubSubFlow.PublishWithContext<object, Committable>(Sys, "out", Lenient))
            .RunWith(Sink.Ignore<(Published, Committable)>(), Materializer).WaitAsync(Patience);

        await AwaitAssertAsync(async () =>
        {
            var dead = Assert.Single((await AskHubAsync<DeadLetterPage>(new ListDeadLetters("in"))).DeadLetters);
            Assert.Equal((0, "The key is empty."), (dead.Event.Offset, dead.Reason));
        }, Patience);
        Assert.NotNull(handles[1].Take());
    }

    [Fact]
    public async Task It_fails_clearly_where_its_hub_was_not_started()
    {
        var run = Source.Single(new Number(0)).RunWith(PgPubSubSink.Publish<Number>(Sys, "t", new PublishFlowOptions { Instance = "other" }), Materializer);
        Assert.Contains("'other'", (await Assert.ThrowsAsync<InvalidOperationException>(() => run.WaitAsync(Patience))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_not_be_meant_is_refused_when_the_flow_is_made()
    {
        Assert.Throws<ArgumentNullException>(() => PgPubSubFlow.Publish<int>(null!, "t"));
        foreach (var topic in new[] { null!, "", "a\nb", new string('x', 201) })
            Assert.Contains("topic", Assert.Throws<ArgumentException>(() => PgPubSubFlow.PublishWithContext<int, int>(Sys, topic)).Message, StringComparison.Ordinal);
        foreach (var most in new[] { 0, 10_001 })
        {
            var wrong = Assert.Throws<ArgumentException>(() => PgPubSubSink.Publish<int>(Sys, "t", new PublishFlowOptions { MaxBatch = most, Decider = null! })).Message;
            Assert.Contains($"MaxBatch is {most}; it must be between 1 and 10000. Decider is null; it must be set.", wrong, StringComparison.Ordinal);
        }
    }
}
