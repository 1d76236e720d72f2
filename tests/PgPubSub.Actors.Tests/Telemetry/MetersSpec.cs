using Akka.Actor;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>Counters, histograms and gauges, as a listener reads them.</summary>
public abstract class MetersSpec : HubSpec
{
    private const string Topic = "messaging.destination.name", Operation = "messaging.operation.name", Error = "error.type";

    private static readonly GroupRules AtOnce = GroupRules.Default with { Retry = new(2, TimeSpan.Zero, 1, TimeSpan.Zero) };

    private readonly string _topic = $"meters-{Guid.NewGuid():N}";

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.MeasureInterval = TimeSpan.FromSeconds(1);
        return options;
    }

    [Fact]
    public async Task What_happens_to_messages_is_counted()
    {
        using var ear = new MeterEar(Topic, _topic);
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g", Rules: AtOnce));
        await PublishAsync(_topic, 0, 1, 2);
        Hub.Tell(new Publish(_topic, new byte[] { 1 }), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience);
        Delivery[] all = [await consumer.ExpectMsgAsync<Delivery>(Patience), await consumer.ExpectMsgAsync<Delivery>(Patience), await consumer.ExpectMsgAsync<Delivery>(Patience)];
        await Task.WhenAll(all[0].SettleAsync(all[0].Ack()), all[1].SettleAsync(all[1].Nack("no")), all[2].SettleAsync(all[2].DeadLetter("never")));
        Assert.IsType<AnswerRefused>(await all[0].SettleAsync(all[0].Ack()));
        var again = await consumer.ExpectMsgAsync<Delivery>(Patience);
        await again.SettleAsync(again.Nack("no")); // its second attempt was its last

        await AwaitAssertAsync(() => // counters are told after replies
        {
            Assert.Equal(3, ear.Sum("messaging.client.sent.messages", Error));
            Assert.Equal(1, ear.Sum("messaging.client.sent.messages", Error, "PublishRejected"));
        }, Patience);
        Assert.Equal(4, ear.Sum("messaging.client.consumed.messages", "messaging.consumer.group.name", "g"));
        Assert.Equal((4, 4), (ear.Sum("messaging.client.sent.messages", Operation, "publish"), ear.Sum("messaging.client.consumed.messages", Operation, "deliver")));
        Assert.Equal(1, ear.Sum("pgpubsub.retried.messages"));
        Assert.Equal(1, ear.Sum("pgpubsub.acked.messages"));
        Assert.Equal(2, ear.Sum("pgpubsub.nacked.messages"));
        Assert.Equal(2, ear.Sum("pgpubsub.buried.messages"));
        Assert.Equal(1, ear.Sum("pgpubsub.fenced.messages"));
        Assert.Equal(3, ear.Sum("pgpubsub.batch.size", Operation, "append"));
        Assert.Equal(1, ear.Count("messaging.client.operation.duration", Operation, "append"));
        Assert.Equal(3, ear.Sum("pgpubsub.batch.size", Operation, "claim"));
        Assert.Equal(1, ear.Sum("pgpubsub.batch.size", Operation, "claim_retries"));
        Assert.Equal(4, ear.Sum("pgpubsub.batch.size", Operation, "settle"));
        Assert.InRange(ear.Sum("messaging.client.operation.duration", Operation, "settle"), 0.000_001, 60);
    }

    [Fact]
    public async Task What_private_subscribers_get_is_counted_under_their_topic()
    {
        using var ear = new MeterEar(Topic, _topic);
        var consumer = await SubscribeAsync(new Subscribe(_topic, Rules: AtOnce));
        await PublishAsync(_topic, 0, 1);
        var (acked, buried) = (await consumer.ExpectMsgAsync<Delivery>(Patience), await consumer.ExpectMsgAsync<Delivery>(Patience));
        await Task.WhenAll(acked.SettleAsync(acked.Ack()), buried.SettleAsync(buried.DeadLetter("never")));

        Assert.Equal(2, ear.Sum("messaging.client.consumed.messages", "messaging.consumer.group.name"));
        await AwaitAssertAsync(() => Assert.Equal((1, 1), (ear.Sum("pgpubsub.acked.messages"), ear.Sum("pgpubsub.buried.messages"))), Patience);
    }

    [Fact]
    public async Task What_is_taken_from_a_consumer_is_counted()
    {
        using var ear = new MeterEar(Topic, _topic);
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g", Rules: AtOnce with { AckDeadline = TimeSpan.FromMilliseconds(100) }));
        await PublishAsync(_topic, 0);
        await consumer.FishForMessageAsync<DeliveryRevoked>(_ => true, Patience);
        await consumer.FishForMessageAsync<DeliveryRevoked>(_ => true, Patience);
        await UntilGroupAsync(_topic, "g", group => group.Dead == 1);

        await AwaitAssertAsync(() => // the database may show it before this node has its answer
            Assert.Equal((2, 1, 1), (ear.Sum("pgpubsub.revoked.messages"), ear.Sum("pgpubsub.retried.messages"), ear.Sum("pgpubsub.buried.messages"))), Patience);
    }

    [Fact]
    public async Task Gauges_say_how_far_a_group_is_behind_and_forget_it_when_it_is_served_no_longer()
    {
        using var ear = new MeterEar(Topic, _topic);
        var consumer = await SubscribeAsync(new Subscribe(_topic, "g", Window: 1));
        await PublishAsync(_topic, 0);
        var held = await consumer.ExpectMsgAsync<Delivery>(Patience);
        await PauseAsync();
        await MakeOldAsync();
        await PublishAsync(_topic, 1, 2);

        await UntilAsync(ear, "pgpubsub.group.lag", 2);
        Assert.InRange(ear.Now("pgpubsub.group.lag.age")!.Value, 0, 600);
        Assert.InRange(ear.Now("pgpubsub.group.oldest_unsettled.age")!.Value, 7_000, 7_800);
        await UntilAsync(ear, "pgpubsub.group.in_flight", 1);

        await held.SettleAsync(held.Ack());
        await UntilAsync(ear, "pgpubsub.group.in_flight", 0);
        consumer.Ref.Tell(PoisonPill.Instance);
        await UntilAsync(ear, "pgpubsub.group.lag", null);
    }

    private async Task PauseAsync()
    {
        Hub.Tell(new PauseGroup(_topic, "g"), TestActor);
        await ExpectMsgAsync<GroupPaused>(Patience);
    }

    private Task UntilAsync(MeterEar ear, string gauge, double? value) => AwaitConditionAsync(() => Task.FromResult(ear.Now(gauge) == value), Patience, TimeSpan.FromMilliseconds(50));
}

public sealed class MetersOnPostgresSpec : MetersSpec;

public sealed class MetersInMemorySpec : MetersSpec
{
    protected override bool InMemory => true;
}
