using System.Collections.Concurrent;
using System.Diagnostics;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>Spans of publishing, delivering and settling, as a listener hears them.</summary>
public abstract class SpansSpec : HubSpec
{
    private const string Name = "the application";

    private static readonly ActivitySource Application = new(Name);

    private readonly ActivityListener _application = new()
    {
        ShouldListenTo = source => source.Name == Name,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly string _topic = $"spans-{Guid.NewGuid():N}";

    protected SpansSpec() => ActivitySource.AddActivityListener(_application);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _application.Dispose();
    }

    [Fact]
    public async Task A_trace_goes_from_who_publishes_over_the_delivery_to_its_settlement()
    {
        using var ear = new SpanEar(_topic);
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g"));
        ActivityContext caller;
        using (var request = Application.StartActivity("request")!)
        {
            caller = request.Context;
            Hub.Tell(new Publish(_topic, new Number(1), Type: "number"), TestActor);
        }

        var published = await ExpectMsgAsync<Published>(Patience);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.LastSender.Tell(delivery.Ack(), consumer);

        var publish = Assert.Single(await ear.EndedAsync("publish", 1));
        var deliver = Assert.Single(await ear.EndedAsync("deliver", 1));
        var settle = Assert.Single(await ear.EndedAsync("settle", 1));
        Assert.Equal((ActivityKind.Producer, caller.TraceId, caller.SpanId), (publish.Kind, publish.TraceId, publish.ParentSpanId));
        Assert.Equal((ActivityKind.Consumer, caller.TraceId, publish.SpanId), (deliver.Kind, deliver.TraceId, deliver.ParentSpanId));
        Assert.Equal(publish.SpanId, Assert.Single(deliver.Links).Context.SpanId);
        Assert.Equal((ActivityKind.Client, caller.TraceId, deliver.SpanId), (settle.Kind, settle.TraceId, settle.ParentSpanId));
        Assert.Equal(deliver.SpanId, Assert.Single(settle.Links).Context.SpanId);
        Assert.Equal(deliver.Context, delivery.TraceContext);
        Assert.Equal(publish.SpanId, delivery.Event.TraceContext.SpanId);
        Assert.Equal(published.EventId, deliver.GetTagItem("messaging.message.id"));
        Assert.Equal(
            ["messaging.consumer.group.name=g", $"messaging.destination.name={_topic}", $"messaging.message.id={published.EventId}", "messaging.operation.name=deliver",
                "messaging.operation.type=process", "messaging.system=pgpubsub", "pgpubsub.attempt=1", "pgpubsub.event.type=number", "pgpubsub.instance=default", "pgpubsub.offset=0", "pgpubsub.outcome=acked"],
            deliver.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task Each_hand_out_has_a_span_and_says_how_it_ended_but_never_why()
    {
        using var ear = new SpanEar(_topic);
        var rules = GroupRules.Default with { AckDeadline = TimeSpan.FromSeconds(1), Retry = new(0, TimeSpan.Zero, 1, TimeSpan.Zero) };
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g", Rules: rules));
        await PublishAsync(_topic, 1);
        var first = await consumer.ExpectMsgAsync<Delivery>(Patience);
        first.Settle(first.Nack("secret-reason"));
        await consumer.FishForMessageAsync<Delivery>(d => d.Attempt == 2, Patience); // not answered
        var third = await consumer.FishForMessageAsync<Delivery>(d => d.Attempt == 3, Patience);
        third.Settle(third.DeadLetter("secret-reason"));

        var spans = await ear.EndedAsync("deliver", 3);
        Assert.Equal(["nacked", "revoked", "buried"], spans.Select(span => span.GetTagItem("pgpubsub.outcome")));
        Assert.Equal([1, 2, 3], spans.Select(span => span.GetTagItem("pgpubsub.attempt")));
        Assert.All(spans, span => Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription)));
        var publish = Assert.Single(await ear.EndedAsync("publish", 1));
        Assert.All(spans, span => Assert.Equal((publish.TraceId, publish.SpanId), (span.TraceId, span.ParentSpanId)));
        Assert.DoesNotContain(ear.Ended, span => span.TagObjects.Any(tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Events_that_are_published_together_have_one_span_and_their_settlement_links_to_each_delivery()
    {
        using var ear = new SpanEar(_topic);
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g"));
        await PublishAsync(_topic, 1, 2, 3);
        Delivery[] all = [await consumer.ExpectMsgAsync<Delivery>(Patience), await consumer.ExpectMsgAsync<Delivery>(Patience), await consumer.ExpectMsgAsync<Delivery>(Patience)];
        await Delivery.SettleAllAsync(all.Select(d => d.Ack()), Patience);

        var publish = Assert.Single(await ear.EndedAsync("publish", 1));
        Assert.Equal(3, publish.GetTagItem("messaging.batch.message_count"));
        var delivered = await ear.EndedAsync("deliver", 3);
        Assert.All(delivered, span => Assert.Equal(publish.SpanId, span.ParentSpanId));
        var settle = Assert.Single(await ear.EndedAsync("settle", 1));
        Assert.Equal(3, settle.GetTagItem("messaging.batch.message_count"));
        Assert.Equal(default, settle.ParentSpanId);
        Assert.Equal(delivered.Select(span => span.SpanId.ToString()).Order(), settle.Links.Select(link => link.Context.SpanId.ToString()).Order());
    }

    [Fact]
    public async Task Who_samples_sees_the_topic_the_group_and_the_operation()
    {
        var seen = new ConcurrentDictionary<string, string>();
        using var sampler = new ActivityListener
        {
            ShouldListenTo = source => source.Name == PgPubSubTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> span) =>
            {
                if (span.Name.EndsWith(_topic, StringComparison.Ordinal))
                    seen[span.Name] = string.Join(' ', (span.Tags ?? []).Select(tag => tag.Key).Order(StringComparer.Ordinal));
                return ActivitySamplingResult.None;
            },
        };
        ActivitySource.AddActivityListener(sampler);
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g"));
        await PublishAsync(_topic, 1);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        await delivery.SettleAsync(delivery.Ack());

        const string All = "messaging.destination.name messaging.operation.name messaging.operation.type messaging.system pgpubsub.instance";
        Assert.Equal(
            [$"deliver {_topic}: messaging.consumer.group.name {All}", $"publish {_topic}: {All}", $"settle {_topic}: messaging.consumer.group.name {All}"],
            seen.Select(span => $"{span.Key}: {span.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rejected_publish_ends_its_span_as_failed()
    {
        using var ear = new SpanEar(_topic);
        Hub.Tell(new Publish(_topic, new byte[] { 1 }), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience);

        var publish = Assert.Single(await ear.EndedAsync("publish", 1));
        Assert.Equal((ActivityStatusCode.Error, "PublishRejected"), (publish.Status, publish.GetTagItem("error.type")));
    }

    [Fact]
    public async Task Private_subscribers_have_spans_of_their_own()
    {
        using var ear = new SpanEar(_topic);
        Akka.TestKit.TestProbe[] both = [await SubscribeAsync(new Subscribe(_topic)), await SubscribeAsync(new Subscribe(_topic))];
        await PublishAsync(_topic, 1);
        foreach (var one in both)
        {
            var delivery = await one.ExpectMsgAsync<Delivery>(Patience);
            delivery.Settle(delivery.Ack());
        }

        var spans = await ear.EndedAsync("deliver", 2);
        Assert.All(spans, span => Assert.Null(span.GetTagItem("messaging.consumer.group.name")));
        Assert.Equal(Assert.Single(await ear.EndedAsync("publish", 1)).TraceId, Assert.Single(spans.Select(span => span.TraceId).Distinct()));
    }
}

public sealed class SpansOnPostgresSpec : SpansSpec;

public sealed class SpansInMemorySpec : SpansSpec
{
    protected override bool InMemory => true;
}
