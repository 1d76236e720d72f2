using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Subscriptions;

/// <summary>What becomes of what a member holds when it leaves a group.</summary>
public abstract class LeaveSpec : HubSpec
{
    [Fact]
    public async Task What_was_not_begun_goes_back_at_once_and_does_not_count_the_rest_does()
    {
        await PublishAsync("t", 0, 1, 2);
        var leaver = await SubscribeAsync(new Subscribe("t", "g"));
        Delivery[] held = [await TakeAsync(leaver), await TakeAsync(leaver), await TakeAsync(leaver)];

        Hub.Tell(new Unsubscribe("t", "g", Unbegun: [held[1]]), leaver);
        await leaver.FishForMessageAsync<Unsubscribed>(_ => true, Patience);

        var next = await SubscribeAsync(new Subscribe("t", "g"));
        Delivery[] again = [await TakeAsync(next), await TakeAsync(next), await TakeAsync(next)];
        Assert.Equal([(0, 2), (1, 1), (2, 2)], again.Select(d => (d.Offset, d.Attempt)).Order());
    }

    [Fact]
    public async Task One_that_lingers_may_answer_what_it_has_begun_and_hears_when_that_is_committed()
    {
        await PublishAsync("t", 0, 1, 2);
        var leaver = await SubscribeAsync(new Subscribe("t", "g", Window: 2));
        Delivery[] held = [await TakeAsync(leaver), await TakeAsync(leaver)];

        Hub.Tell(new Unsubscribe("t", "g", Unbegun: [held[1]], Linger: true), leaver);
        var next = await SubscribeAsync(new Subscribe("t", "g"));
        Delivery[] others = [await TakeAsync(next), await TakeAsync(next)];
        Assert.Equal([(1, 1), (2, 1)], others.Select(d => (d.Offset, d.Attempt)).Order());
        await PublishAsync("t", 3);
        Assert.Equal(3, (await TakeAsync(next)).Offset);
        Assert.False(leaver.HasMessages);

        Assert.IsType<AnswerConfirmed>(await held[0].SettleAsync(held[0].Ack(), Patience));
        await leaver.ExpectMsgAsync<Unsubscribed>(Patience);
        await UntilGroupAsync("t", "g", group => group.InFlight == 3);
    }

    [Fact]
    public async Task One_that_lingers_loses_what_it_does_not_answer_in_time()
    {
        await PublishAsync("t", 0);
        var rules = new GroupRules(TimeSpan.FromMilliseconds(500), new RetryRules(0, TimeSpan.Zero, 1, TimeSpan.Zero));
        var leaver = await SubscribeAsync(new Subscribe("t", "g", Rules: rules));
        var held = await TakeAsync(leaver);
        var next = await SubscribeAsync(new Subscribe("t", "g")); // with nobody left there would be no subscription to refuse the answer

        Hub.Tell(new Unsubscribe("t", "g", Linger: true), leaver);
        Assert.Equal(held.Offset, (await leaver.ExpectMsgAsync<DeliveryRevoked>(Patience)).Delivery.Offset);
        await leaver.ExpectMsgAsync<Unsubscribed>(Patience);

        Assert.False(Assert.IsType<AnswerRefused>(await held.SettleAsync(held.Ack(), Patience)).OutcomeUnknown);
        Assert.Equal((0, 2), await SeenAsync(next));
    }

    [Fact]
    public async Task One_that_lingers_may_still_say_what_it_has_not_begun_and_give_up_the_rest()
    {
        await PublishAsync("t", 0, 1, 2);
        var leaver = await SubscribeAsync(new Subscribe("t", "g"));
        Delivery[] held = [await TakeAsync(leaver), await TakeAsync(leaver), await TakeAsync(leaver)];
        Hub.Tell(new Unsubscribe("t", "g", Linger: true), leaver);
        var next = await SubscribeAsync(new Subscribe("t", "g"));

        Hub.Tell(new Unsubscribe("t", "g", Unbegun: [held[1]], Linger: true), leaver);
        Assert.Equal((1, 1), await SeenAsync(next));
        Assert.False(leaver.HasMessages);
        Hub.Tell(new Unsubscribe("t", "g", Unbegun: [held[2]]), leaver);

        Assert.Equal([(0, 2), (2, 1)], new[] { await SeenAsync(next), await SeenAsync(next) }.Order());
        for (var i = 0; i < 3; i++)
            await leaver.FishForMessageAsync<Unsubscribed>(_ => true, Patience);
    }

    [Fact]
    public async Task One_that_dies_while_it_lingers_gives_the_rest_back()
    {
        await PublishAsync("t", 0);
        var leaver = await SubscribeAsync(new Subscribe("t", "g"));
        await TakeAsync(leaver);
        Hub.Tell(new Unsubscribe("t", "g", Linger: true), leaver);
        var next = await SubscribeAsync(new Subscribe("t", "g"));

        Sys.Stop(leaver);

        Assert.Equal(2, (await TakeAsync(next)).Attempt);
    }

    [Fact]
    public async Task Whoever_comes_back_while_it_lingers_is_a_member_again()
    {
        await PublishAsync("t", 0);
        var member = await SubscribeAsync(new Subscribe("t", "g"));
        var held = await TakeAsync(member);
        Hub.Tell(new Unsubscribe("t", "g", Linger: true), member);

        Hub.Tell(new Subscribe("t", "g"), member);
        await member.ExpectMsgAsync<Subscribed>(Patience);
        await PublishAsync("t", 1);
        Assert.Equal((1, 1), await SeenAsync(member));
        held.Settle(held.Ack());
        await member.ExpectMsgAsync<Unsubscribed>(Patience);
        await PublishAsync("t", 2);

        Assert.Equal(2, (await TakeAsync(member)).Offset);
    }

    [Fact]
    public async Task By_pattern_it_lingers_at_every_topic()
    {
        await PublishAsync("a.x", 0);
        await PublishAsync("a.y", 0, 1);
        var leaver = CreateTestProbe();
        Hub.Tell(new SubscribePattern("a.*", "g"), leaver);
        List<Delivery> held = []; // some may come before the answer
        while (held.Count < 3)
            held.Add(await leaver.FishForMessageAsync<Delivery>(_ => true, Patience));

        held = [.. held.OrderBy(d => d.Topic).ThenBy(d => d.Offset)];
        Hub.Tell(new UnsubscribePattern("a.*", "g", Unbegun: [held[2]], Linger: true), leaver);
        var next = await SubscribeAsync(new Subscribe("a.y", "g"));
        Assert.Equal((1, 1), await SeenAsync(next));
        Assert.IsType<AnswerConfirmed>(await held[0].SettleAsync(held[0].Ack(), Patience));
        Assert.IsType<AnswerConfirmed>(await held[1].SettleAsync(held[1].Ack(), Patience));

        await leaver.FishForMessageAsync<PatternUnsubscribed>(_ => true, Patience);
    }

    [Fact]
    public async Task Whoever_leaves_a_subscription_that_ends_without_having_read_so_has_left()
    {
        await PublishAsync("t", 0);
        var leaver = await SubscribeAsync(new Subscribe("t", "g"));
        var subscription = (LocalActorRef)(await TakeAsync(leaver)).Subscription;

        subscription.Suspend();
        Hub.Tell(new Unsubscribe("t", "g", Linger: true), leaver);
        await AwaitConditionAsync(() => Task.FromResult(subscription.Cell.NumberOfMessages > 0), Patience, TimeSpan.FromMilliseconds(10));
        await AskHubAsync<Health>(GetHealth.Instance); // what the hub had to tell it is told
        Sys.Stop(subscription);

        await leaver.FishForMessageAsync<Unsubscribed>(_ => true, Patience);
    }

    private static async Task<(long Offset, int Attempt)> SeenAsync(TestProbe consumer)
    {
        var delivery = await TakeAsync(consumer);
        return (delivery.Offset, delivery.Attempt);
    }

    private static Task<Delivery> TakeAsync(TestProbe consumer) => consumer.ExpectMsgAsync<Delivery>(Patience).AsTask();
}

public sealed class LeavePostgresSpec : LeaveSpec;

public sealed class LeaveInMemorySpec : LeaveSpec
{
    protected override bool InMemory => true;
}
