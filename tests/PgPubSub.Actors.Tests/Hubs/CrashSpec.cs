using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Topics;

namespace PgPubSub.Actors.Tests.Hubs;

/// <summary>What a bug in one of the hub's actors costs: a rest, and nothing else.</summary>
public sealed class CrashSpec : HubSpec
{
    [Fact]
    public async Task A_group_comes_back_with_its_consumers_and_hands_out_what_it_held()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var held = await consumer.ExpectMsgAsync<Delivery>(Patience);
        await KillAsync(consumer.LastSender);
        var again = await consumer.FishForMessageAsync<Delivery>(_ => true, Patience);
        Assert.Equal((held.EventId, 2), (again.EventId, again.Attempt));
        Assert.False(consumer.HasMessages);
    }

    [Fact]
    public async Task Whoever_leaves_while_a_group_comes_back_stays_away_and_whoever_joins_belongs_to_it()
    {
        var (leaving, joining) = (await SubscribeAsync(new Subscribe("t", "g")), CreateTestProbe());
        await PublishAsync("t", 0);
        var first = await leaving.ExpectMsgAsync<Delivery>(Patience);
        leaving.Reply(first.Ack(confirm: true));
        await leaving.ExpectMsgAsync<AnswerConfirmed>(Patience);
        await KillAsync(leaving.LastSender);
        Hub.Tell(new Unsubscribe("t", "g"), leaving);
        await leaving.ExpectMsgAsync<Unsubscribed>(Patience);
        Hub.Tell(new Subscribe("t", "g"), joining);
        await joining.ExpectMsgAsync<Subscribed>(Patience);

        await PublishAsync("t", 1);
        joining.Reply((await joining.ExpectMsgAsync<Delivery>(Patience)).Ack(confirm: true));
        await joining.ExpectMsgAsync<AnswerConfirmed>(Patience);
        Hub.Tell(new Unsubscribe("t", "g"), joining);
        await joining.ExpectMsgAsync<Unsubscribed>(Patience);
        await PublishAsync("t", 2);
        await joining.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(300));
        Assert.False(leaving.HasMessages);
    }

    [Fact]
    public async Task A_group_that_crashes_while_its_node_stops_does_not_come_back_nor_keep_the_node_from_leaving()
    {
        await PublishAsync("t", 1);
        var (consumer, stopping) = (await SubscribeAsync(new Subscribe("t", "g")), CreateTestProbe());
        await consumer.ExpectMsgAsync<Delivery>(Patience);

        Hub.Tell(Drain.Instance, stopping);
        consumer.LastSender.Tell(Kill.Instance);

        await stopping.ExpectMsgAsync<Drained>(Patience);
        await consumer.FishForMessageAsync<SubscriptionEnded>(_ => true, Patience);
        Assert.Equal(0L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.lease"));
    }

    [Fact]
    public async Task Nobody_waits_for_a_group_that_rests_after_a_crash_when_its_node_stops()
    {
        var (consumer, joining, stopping) = (await SubscribeAsync(new Subscribe("t", "g")), CreateTestProbe(), CreateTestProbe());
        await PublishAsync("t", 1);
        await consumer.ExpectMsgAsync<Delivery>(Patience);
        await KillAsync(consumer.LastSender);
        await AwaitConditionAsync(async () => (await AskHubAsync<NodeFacts>(GetFacts.Instance)).Resting.Count == 1, Patience);
        Hub.Tell(new Subscribe("t", "g"), joining);

        Hub.Tell(Drain.Instance, stopping);

        Assert.True((await joining.ExpectMsgAsync<SubscribeRejected>(Patience)).CanRetry);
        await consumer.FishForMessageAsync<SubscriptionEnded>(_ => true, Patience);
        await stopping.ExpectMsgAsync<Drained>(Patience);
    }

    [Fact]
    public async Task A_node_that_stops_with_nothing_but_a_resting_group_leaves_after_what_is_being_published()
    {
        var (consumer, witness, slow) = (await SubscribeAsync(new Subscribe("t", "g")), CreateTestProbe(), new Slow());
        await PublishAsync("t", 1);
        await consumer.ExpectMsgAsync<Delivery>(Patience);
        await KillAsync(consumer.LastSender);
        await AwaitConditionAsync(async () => (await AskHubAsync<NodeFacts>(GetFacts.Instance)).Resting.Count == 1, Patience);
        Hub.Tell(new Publish("t", slow), witness);
        await slow.BeingRead.WaitAsync(Patience);

        Hub.Tell(Drain.Instance, witness);

        await witness.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(500)); // the time in which it would have left
        slow.Free.Set();
        await witness.ExpectMsgAsync<Published>(Patience);
        await witness.ExpectMsgAsync<Drained>(Patience);
    }

    [Fact]
    public async Task Nobody_waits_for_a_group_that_rests_after_a_crash_and_was_left_meanwhile()
    {
        var (consumer, joining) = (await SubscribeAsync(new Subscribe("t", "g")), CreateTestProbe());
        await PublishAsync("t", 1);
        await consumer.ExpectMsgAsync<Delivery>(Patience);
        await KillAsync(consumer.LastSender);
        await AwaitConditionAsync(async () => (await AskHubAsync<NodeFacts>(GetFacts.Instance)).Resting.Count == 1, Patience);
        Hub.Tell(new Subscribe("t", "g"), joining);

        Hub.Tell(new Unsubscribe("t", "g"), joining);

        Assert.True((await joining.ExpectMsgAsync<SubscribeRejected>(Patience)).CanRetry);
        await joining.ExpectMsgAsync<Unsubscribed>(Patience);
    }

    [Fact]
    public async Task A_private_subscriber_goes_on_where_it_stood()
    {
        var consumer = await SubscribeAsync(new Subscribe("t"));
        await PublishAsync("t", 0, 1);
        var first = await consumer.ExpectMsgAsync<Delivery>(Patience);
        consumer.Reply(first.Ack(confirm: true));
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);
        await KillAsync(consumer.LastSender);
        await PublishAsync("t", 2);
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        Assert.Equal(2, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task The_poll_comes_back_and_asks_for_what_is_served()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        await PublishAsync("t", 0);
        consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack());
        await KillAsync(await ServiceAsync("poll"));
        await RunAsync($"""
            SELECT {Schema}.append_v1(id, 0, ARRAY[gen_random_uuid()], ARRAY['x'], NULL, ARRAY['1'::json], NULL, NULL, NULL, ARRAY[1]) FROM {Schema}.topic
            """); // committed by nobody who notifies
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task The_listener_comes_back_and_holds_the_presence_lock()
    {
        await PublishAsync("t", 0);
        var holder = $"(SELECT l.pid FROM pg_locks l JOIN {Schema}.node n ON l.objid = ({Schema}.presence_key_v1(n.id) & 4294967295)::oid WHERE l.locktype = 'advisory' AND n.keeps_lock)";
        await UntilAsync($"{holder} IS NOT NULL");
        var (node, before) = (await AskAsync<Guid>($"SELECT id FROM {Schema}.node"), await AskAsync<int>($"SELECT {holder}"));
        await KillAsync(await ServiceAsync("listener"));
        await UntilAsync($"coalesce({holder} <> {before}, false)");
        Assert.Equal(node, await AskAsync<Guid>($"SELECT id FROM {Schema}.node"));
    }

    [Fact]
    public async Task The_node_comes_back_under_a_new_id_and_what_the_old_one_held_comes_back_too()
    {
        await PublishAsync("t", 0);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var held = await consumer.ExpectMsgAsync<Delivery>(Patience);
        await KillAsync(await ServiceAsync("node"));
        Assert.Equal(held.Offset, (await consumer.ExpectMsgAsync<DeliveryRevoked>(Patience)).Delivery.Offset);
        var again = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((held.EventId, 2), (again.EventId, again.Attempt));
    }

    [Fact]
    public async Task A_node_that_crashes_while_it_stops_is_not_waited_for_in_vain()
    {
        var stopping = CreateTestProbe();
        await PublishAsync("t", 0);
        await KillAsync(await ServiceAsync("node"));

        Hub.Tell(Drain.Instance, stopping);

        await stopping.ExpectMsgAsync<Drained>(Patience);
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.TimeToLive, options.DrainTimeout) = (TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(500));
        return options;
    }

    private Task<IActorRef> ServiceAsync(string name) => Sys.ActorSelection("/user/pgpubsub/" + name).ResolveOne(Patience);

    private async Task KillAsync(IActorRef actor)
    {
        var witness = CreateTestProbe();
        await witness.WatchAsync(actor);
        actor.Tell(Kill.Instance);
        await witness.ExpectTerminatedAsync(actor, Patience);
    }
}
