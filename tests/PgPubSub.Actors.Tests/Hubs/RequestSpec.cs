using Akka.Actor;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Hubs;

/// <summary>Requests that would do harm if they were taken at their word.</summary>
public sealed class RequestSpec : HubSpec
{
    [Fact]
    public async Task A_subscription_without_a_consumer_that_lives_is_rejected()
    {
        var asked = await Hub.Ask<ISubscribeReply>(new Subscribe("t", "g"), Patience);
        Assert.Contains("names no consumer", Assert.IsType<SubscribeRejected>(asked).Reason, StringComparison.Ordinal);
        foreach (var nobody in new[] { ActorRefs.Nobody, Sys.DeadLetters })
        {
            Hub.Tell(new Subscribe("t", "g", Consumer: nobody), TestActor);
            Assert.Contains("names no consumer", (await ExpectMsgAsync<SubscribeRejected>(Patience)).Reason, StringComparison.Ordinal);
        }

        Hub.Tell(new Subscribe("t", "g"), ActorRefs.NoSender);
        await PublishAsync("t", 1);
        Assert.Equal(0L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.subscription"));
    }

    [Fact]
    public async Task An_ask_that_names_a_consumer_subscribes_it()
    {
        var consumer = CreateTestProbe();
        Assert.IsType<Subscribed>(await Hub.Ask<ISubscribeReply>(new Subscribe("t", "g", Consumer: consumer), Patience));
        await PublishAsync("t", 1);
        await consumer.ExpectMsgAsync<Delivery>(Patience);
    }

    [Fact]
    public async Task Nulls_where_none_may_be_are_rejected_and_harm_nobody()
    {
        var neighbour = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new Subscribe("t", "bad", Rules: new GroupRules(TimeSpan.FromSeconds(30), null!)), TestActor);
        Assert.Contains("Rules", (await ExpectMsgAsync<SubscribeRejected>(Patience)).Reason, StringComparison.Ordinal);
        Hub.Tell(new Subscribe(null!, "g"), TestActor);
        await ExpectMsgAsync<SubscribeRejected>(Patience);
        Hub.Tell(new Unsubscribe(null!, "g"), TestActor);
        await ExpectMsgAsync<Unsubscribed>(Patience);
        Hub.Tell(new Publish(null!, new Number(1)), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience);
        Hub.Tell(new PublishAll("t", (IReadOnlyList<Publish>)null!), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience);
        Hub.Tell(new PublishAll("t", [null!]), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience);
        await PublishAsync("t", 1);
        await neighbour.ExpectMsgAsync<Delivery>(Patience);
    }

    [Fact]
    public async Task Operations_that_name_nothing_or_nonsense_are_answered()
    {
        await PublishAsync("t", 1);
        await AskHubAsync<PatternRejected>(new SubscribePattern(null!));
        await AskHubAsync<PatternUnsubscribed>(new UnsubscribePattern(null!));
        await AskHubAsync<PatternRejected>(new DropPattern(null!, null!));
        await AskHubAsync<ListRefused>(new ListDeadLetters(null!));
        await AskHubAsync<ListRefused>(new ListDeadLetters("t", Most: 0));
        await AskHubAsync<DeadLettersRefused>(new RedriveDeadLetters(null!));
        await AskHubAsync<DeadLettersRefused>(new PurgeDeadLetters(null!));
        await AskHubAsync<HistoryRefused>(new ReadHistory(null!));
        await AskHubAsync<HistoryPage>(new ReadHistory("t", StartFrom.Offset(long.MaxValue)));
        await AskHubAsync<HistoryPage>(new ReadHistory("t", StartFrom.Time(DateTimeOffset.MaxValue)));
        await AskHubAsync<HistoryPage>(new ReadHistory("t", StartFrom.Time(DateTimeOffset.MinValue)));
        await AskHubAsync<GroupRefused>(new PauseGroup(null!, null!));
        await AskHubAsync<GroupRefused>(new SeekGroup("t", "g", null!));
        await AskHubAsync<TopicRefused>(new AlterTopic("t", null!));
        await AskHubAsync<TopicRefused>(new ClearTopic(null!));
        await AskHubAsync<TopicRefused>(new DropTopic(null!));
        await AskHubAsync<DeadLetterPage>(new ListDeadLetters("t", new DeadLettersWhere("", "", DateTimeOffset.MaxValue, DateTimeOffset.MinValue, long.MinValue), long.MaxValue));
        await AskHubAsync<DeadLetterPage>(new ListDeadLetters("t", new DeadLettersWhere(DiedFrom: new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(5)))));
        await AskHubAsync<ListRefused>(new ListDeadLetters("t", new DeadLettersWhere("\0")));
        await AskHubAsync<DeadLettersPurged>(new PurgeDeadLetters("t", new DeadLettersWhere(Id: long.MaxValue)));
        await AskHubAsync<ListRefused>(new ListGroups("\ud800"));
        await AskHubAsync<ListRefused>(new ListTopics("\0"));
        await AskHubAsync<GroupList>(new ListGroups());
    }

    [Fact]
    public async Task A_group_that_is_moved_far_above_the_head_waits_there()
    {
        await PublishAsync("t", 1);
        var member = await SubscribeAsync(new Subscribe("t", "g"));
        await member.ExpectMsgAsync<Delivery>(Patience);
        await AskHubAsync<GroupSought>(new SeekGroup("t", "g", StartFrom.Offset(long.MaxValue)));
        await SubscribeAsync(new Subscribe("t", From: StartFrom.Offset(long.MaxValue)));
        await UntilGroupAsync("t", "g", g => g.Position == long.MaxValue);
        await PublishAsync("t", 2);
        await AskHubAsync<GroupSought>(new SeekGroup("t", "g", StartFrom.Offset(1)));
        Assert.Equal(1, (await member.FishForMessageAsync<Delivery>(_ => true, Patience)).Offset);
    }

    [Fact]
    public async Task Publishes_in_a_list_of_objects_stand_for_themselves()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new PublishAll("t", new Publish("t", new Number(1), Key: "k"), new Number(2)), TestActor);
        await ExpectMsgAsync<PublishedAll>(Patience);
        var (first, second) = (await consumer.ExpectMsgAsync<Delivery>(Patience), await consumer.ExpectMsgAsync<Delivery>(Patience));
        Assert.Equal(("k", new Number(1), new Number(2)), (first.Key, first.As<Number>(), second.As<Number>()));

        Hub.Tell(new Publish("t", new Publish("t", new Number(1))), TestActor);
        Assert.Contains("request to publish", (await ExpectMsgAsync<PublishRejected>(Patience)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_never_fit_is_rejected_for_good_and_what_only_must_wait_is_not()
    {
        Hub.Tell(new PublishAll("t", Enumerable.Range(0, 101).Select(i => (object)new Number(i))), TestActor);
        Assert.False((await ExpectMsgAsync<PublishRejected>(Patience)).CanRetry);
        for (var i = 0; i < 5; i++)
            Hub.Tell(new PublishAll("full", Enumerable.Range(0, 60).Select(n => (object)new Number(n))), TestActor);
        var replies = new List<IPublishReply>();
        for (var i = 0; i < 5; i++)
            replies.Add(await ExpectMsgAsync<IPublishReply>(Patience));
        Assert.NotEmpty(replies.OfType<PublishedAll>());
        Assert.NotEmpty(replies.OfType<PublishRejected>());
        Assert.All(replies.OfType<PublishRejected>(), r => Assert.True(r.CanRetry));
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.MaxPendingEvents = 100;
        return options;
    }
}
