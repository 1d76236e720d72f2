using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Docker;
using PgPubSub.Poolers;
using PgPubSub.Postgres;

namespace PgPubSub.Actors.Tests.Poolers;

/// <summary>Two nodes behind PgBouncer in transaction mode, with fewer connections than they would like: everything works, by polling.</summary>
public sealed class BehindPgBouncerSpec : HubSpec
{
    private const int PoolSize = 4;

    private static readonly string[] Refusals = ["prepared statement", "unsupported startup parameter", "server conn crashed", "query_wait_timeout"];

    private PgBouncer _pooler = null!;
    private IActorRef _other = ActorRefs.Nobody;
    private TestProbe _warnings = null!;

    public override async Task InitializeAsync()
    {
        _warnings = CreateTestProbe();
        Sys.EventStream.Subscribe(_warnings, typeof(Warning));
        Sys.EventStream.Subscribe(_warnings, typeof(Error));
        _pooler = await PgBouncer.StartAsync((await TestServers.SharedAsync()).ConnectionString, size: PoolSize);
        await base.InitializeAsync();
        _other = PgPubSubHub.Start(Sys, Options(), "other");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _pooler.DisposeAsync();
    }

    [FactOfPgBouncer]
    public async Task What_one_node_publishes_groups_and_private_subscribers_of_both_get()
    {
        const int count = 2_000;
        var (here, there, own) = (await SubscribeAsync(new Subscribe("t", "g")), await AtOtherAsync(new Subscribe("t", "g")), await AtOtherAsync(new Subscribe("t")));
        for (var at = 0; at < count; at += 50)
            await PublishAsync("t", Enumerable.Range(at, 50));

        var handled = new List<long>();
        var inOrder = new List<long>();
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (handled.Count < count || inOrder.Count < count)
        {
            await looks.WaitForNextTickAsync(late.Token);
            handled.AddRange(Take(here));
            handled.AddRange(Take(there));
            inOrder.AddRange(Take(own));
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), handled.Order());
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), inOrder);
        await UntilAsync($"(SELECT count(*) = 0 FROM {Schema}.lease)");
        await AssertQuietAsync();
    }

    [FactOfPgBouncer]
    public async Task A_failed_event_comes_back_is_buried_redriven_and_sought()
    {
        await PublishAsync("t", 0, 1);
        var consumer = await AtOtherAsync(new Subscribe("t", "g", Rules: GroupRules.Default with { Retry = GroupRules.Default.Retry with { MaxAttempts = 2 } }));
        var first = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(first.Nack("not now", TimeSpan.Zero));
        consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack());
        var again = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((first.EventId, 2), (again.EventId, again.Attempt));
        consumer.Reply(again.Nack("never", confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);

        Assert.Equal("never", Assert.Single((await Hub.Ask<DeadLetterPage>(new ListDeadLetters("t"), Patience)).DeadLetters).Reason);
        Assert.Equal(1, (await Hub.Ask<DeadLettersRedriven>(new RedriveDeadLetters("t"), Patience)).Redriven);
        var redriven = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(first.EventId, redriven.EventId);
        consumer.Reply(redriven.Ack(confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);

        await Hub.Ask<GroupSought>(new SeekGroup("t", "g", StartFrom.Earliest), Patience);
        Assert.Equal(0, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        await AssertQuietAsync();
    }

    [FactOfPgBouncer]
    public async Task What_a_dead_node_held_is_handed_out_elsewhere_after_its_silence()
    {
        await PublishAsync("t", Enumerable.Range(0, 3));
        await using (var dying = new PostgresStore(new PostgresStoreOptions { ConnectionString = _pooler.ConnectionString, Schema = Schema }))
        {
            var topic = (await dying.Log.EnsureTopicAsync("t", Retention.Default, CancellationToken.None)).Id;
            var group = (await dying.Subscriptions.EnsureGroupAsync(topic, "g", StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None)).Key;
            var node = Guid.CreateVersion7();
            await dying.Nodes.RegisterAsync(node, "dying", CancellationToken.None);
            Assert.NotNull(await dying.Nodes.BeatAsync(node, keepsLock: false));
            Assert.Equal(3, (await dying.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), 10, long.MaxValue, 1, 0))).Events.Count);
        }

        var consumer = await SubscribeAsync(new Subscribe("t", "g"));

        for (var i = 0; i < 3; i++)
        {
            var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
            Assert.Equal(2, delivery.Attempt);
            consumer.Reply(delivery.Ack());
        }

        await UntilAsync($"(SELECT count(*) = 2 FROM {Schema}.node WHERE NOT keeps_lock)");
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.ConnectionString, options.PollInterval, options.TimeToLive) = (_pooler.ConnectionString, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));
        return options;
    }

    private static List<long> Take(TestProbe consumer)
    {
        var taken = new List<long>();
        foreach (var delivery in consumer.TakeAll().OfType<Delivery>())
        {
            taken.Add(delivery.Offset);
            delivery.Settle(delivery.Ack());
        }

        return taken;
    }

    private async Task<TestProbe> AtOtherAsync(Subscribe request)
    {
        var consumer = CreateTestProbe();
        _other.Tell(request with { Consumer = consumer }, consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        return consumer;
    }

    // Neither the nodes nor the pooler have anything to complain of.
    private async Task AssertQuietAsync()
    {
        foreach (var hub in new[] { Hub, _other })
            Assert.Equal(new Health(true, null), await hub.Ask<Health>(GetHealth.Instance, Patience));
        Assert.Empty(_warnings.TakeAll());
        Assert.DoesNotContain(_pooler.Log, line => Refusals.Any(refusal => line.Contains(refusal, StringComparison.Ordinal)));
    }
}
