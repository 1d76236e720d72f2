using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Operations;

public sealed class GroupCommandsPostgresSpec : GroupCommandsSpec;

public sealed class GroupCommandsInMemorySpec : GroupCommandsSpec
{
    protected override bool InMemory => true;
}

/// <summary>Groups that are listed, paused, sought and dropped while they work.</summary>
public abstract class GroupCommandsSpec : HubSpec
{
    [Fact]
    public async Task A_list_tells_position_lag_and_what_is_where()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var consumer = await SubscribeAsync(new Subscribe("t", "g", Window: 4, Rules: GroupRules.Default with { Retry = new RetryRules(1, TimeSpan.Zero, 1, TimeSpan.Zero) }));
        var held = await HoldAsync(consumer, 4);
        Hub.Tell(new PauseGroup("t", "g"), TestActor);
        await ExpectMsgAsync<GroupPaused>(Patience);
        await UntilGroupAsync("t", "g", g => g.InFlight == 4 && g.Position - g.Retrying == 4); // what nobody got is back
        held[0].Settle(held[0].Nack("no"));
        held[1].Settle(held[1].Ack());

        await UntilGroupAsync("t", "g", g => g is { InFlight: 2, Dead: 1, Paused: true } && g.Position - g.Retrying == 4);

        var group = Assert.Single((await AskHubAsync<GroupList>(new ListGroups("t"))).Groups);
        Assert.Equal(("t", "g", 10L, 10 - group.Position), (group.Topic, group.Group, group.Tail, group.Lag));
        Assert.Equal(group.Lag == 0, group.LagAge is null);
        Assert.Equal(1, group.Rules.Retry.MaxAttempts);
        Assert.Empty((await AskHubAsync<GroupList>(new ListGroups("t", "other"))).Groups);
    }

    [Fact]
    public async Task Groups_of_the_same_name_at_other_topics_are_other_groups()
    {
        await PublishAsync("a", 1);
        await PublishAsync("b", 1, 2);
        await SubscribeAsync(new Subscribe("a", "g", StartFrom.Latest));
        await SubscribeAsync(new Subscribe("b", "g", StartFrom.Latest));

        await AskHubAsync<GroupDropped>(new DropGroup("a", "g"));

        Assert.Equal(["b"], (await AskHubAsync<GroupList>(new ListGroups(Group: "g"))).Groups.Select(g => g.Topic));
    }

    [Fact]
    public async Task A_pause_holds_on_all_nodes_and_what_nobody_got_waits()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g", Window: 100));
        var other = StartOther(out var system);
        await other.Ask<Subscribed>(new Subscribe("t", "g", Window: 100, Consumer: consumer), Patience);
        await AskHubAsync<GroupPaused>(new PauseGroup("t", "g"));
        await PublishAsync("t", Enumerable.Range(0, 50));
        await UntilGroupAsync("t", "g", g => g is { Paused: true, Lag: 50, InFlight: 0 });
        await consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(300));

        other.Tell(new ResumeGroup("t", "g"), TestActor); // from the other node
        await ExpectMsgAsync<GroupResumed>(Patience);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), (await HoldAsync(consumer, 50)).Select(d => d.Offset).Order());
        await system.Terminate();
    }

    [Fact]
    public async Task A_seek_back_while_it_is_consumed_revokes_what_is_out_and_hands_out_all_from_there()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));
        var consumer = await SubscribeAsync(new Subscribe("t", "g", Window: 5));
        foreach (var early in await HoldAsync(consumer, 5))
            Assert.IsType<AnswerConfirmed>(await early.SettleAsync(early.Ack()));
        var held = await HoldAsync(consumer, 5);

        Assert.Equal(2, (await AskHubAsync<GroupSought>(new SeekGroup("t", "g", StartFrom.Offset(2)))).Position);

        var revoked = await RevokedAsync(consumer, 5);
        Assert.Equal(held.Select(d => d.Offset).Order(), revoked.Select(d => d.Offset).Order());
        Assert.IsType<AnswerRefused>(await held[0].SettleAsync(held[0].Ack()));
        var again = new List<long>();
        while (again.Count < 18)
        {
            var delivery = await consumer.FishForMessageAsync<Delivery>(_ => true, Patience);
            again.Add(delivery.Offset);
            delivery.Settle(delivery.Ack());
        }

        Assert.Equal(Enumerable.Range(2, 18).Select(i => (long)i), again.Order());
    }

    [Fact]
    public async Task A_seek_back_of_a_group_that_is_idle_wakes_it()
    {
        await PublishAsync("t", 0, 1, 2);
        var consumer = await SubscribeAsync(new Subscribe("t", "g", StartFrom.Latest));
        await UntilGroupAsync("t", "g", g => g.Lag == 0);

        await AskHubAsync<GroupSought>(new SeekGroup("t", "g", StartFrom.Earliest));

        Assert.Equal([0L, 1, 2], (await HoldAsync(consumer, 3)).Select(d => d.Offset));
    }

    [Fact]
    public async Task A_seek_by_time_goes_to_the_first_event_that_is_not_older()
    {
        await PublishAsync("t", 0, 1, 2);
        await MakeOldAsync();
        await PublishAsync("t", 3);
        var consumer = await SubscribeAsync(new Subscribe("t", "g", StartFrom.Latest));

        var page = await AskHubAsync<HistoryPage>(new ReadHistory("t"));
        var sought = await AskHubAsync<GroupSought>(new SeekGroup("t", "g", StartFrom.Time(page.Events[3].PublishedAt - TimeSpan.FromMinutes(1))));

        Assert.Equal(3, sought.Position);
        Assert.Equal(3, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task A_dropped_group_ends_for_its_members_on_all_nodes()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var other = StartOther(out var system);
        var far = CreateTestProbe();
        await other.Ask<Subscribed>(new Subscribe("t", "g", Consumer: far), Patience);

        await AskHubAsync<GroupDropped>(new DropGroup("t", "g"));

        Assert.Equal("g", (await consumer.ExpectMsgAsync<SubscriptionEnded>(Patience)).Group);
        Assert.Equal("g", (await far.ExpectMsgAsync<SubscriptionEnded>(Patience)).Group);
        Assert.Empty((await AskHubAsync<GroupList>(new ListGroups("t"))).Groups);
        await PublishAsync("t", 5);
        var anew = await SubscribeAsync(new Subscribe("t", "g"));
        Assert.Equal(0, (await anew.ExpectMsgAsync<Delivery>(Patience)).Offset);
        await system.Terminate();
    }

    [Fact]
    public async Task What_is_not_there_or_makes_no_sense_is_refused()
    {
        await PublishAsync("t", 1);

        Assert.Equal("There is no such group.", (await AskHubAsync<GroupRefused>(new PauseGroup("t", "nobody"))).Reason);
        Assert.False((await AskHubAsync<GroupRefused>(new DropGroup("nowhere", "g"))).CanRetry);
        Assert.Contains("negative", (await AskHubAsync<GroupRefused>(new SeekGroup("t", "g", StartFrom.Offset(-1)))).Reason, StringComparison.Ordinal);
        Assert.Contains("null", (await AskHubAsync<GroupRefused>(new SeekGroup("t", "g", null!))).Reason, StringComparison.Ordinal);
        Assert.Contains("empty", (await AskHubAsync<GroupRefused>(new ResumeGroup("", "g"))).Reason, StringComparison.Ordinal);
    }

    private static async Task<List<Delivery>> HoldAsync(TestProbe consumer, int count)
    {
        var held = new List<Delivery>();
        while (held.Count < count)
            held.Add(await consumer.FishForMessageAsync<Delivery>(_ => true, Patience));
        return held;
    }

    private static async Task<List<Delivery>> RevokedAsync(TestProbe consumer, int count)
    {
        var revoked = new List<Delivery>();
        while (revoked.Count < count)
            revoked.Add((await consumer.FishForMessageAsync<DeliveryRevoked>(_ => true, Patience)).Delivery);
        return revoked;
    }
}
