using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Operations;

public sealed class TopicCommandsPostgresSpec : TopicCommandsSpec;

public sealed class TopicCommandsInMemorySpec : TopicCommandsSpec
{
    protected override bool InMemory => true;
}

/// <summary>Topics that are listed, altered, cleared and dropped under those who read them.</summary>
public abstract class TopicCommandsSpec : HubSpec
{
    [Fact]
    public async Task A_cleared_topic_goes_on_with_its_offsets_and_tells_all_who_lagged()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest, Window: 1));
        var held = await member.ExpectMsgAsync<Delivery>(Patience);
        await reader.ExpectMsgAsync<Delivery>(Patience);
        await AskHubAsync<GroupPaused>(new PauseGroup("t", "g"));
        await UntilGroupAsync("t", "g", g => g is { Paused: true, InFlight: 1 });

        Assert.Equal(10, (await AskHubAsync<TopicCleared>(new ClearTopic("t"))).Floor);
        await AskHubAsync<GroupResumed>(new ResumeGroup("t", "g"));
        await PublishAsync("t", 77);

        held.Settle(held.Ack());
        Assert.Equal(10, (await member.FishForMessageAsync<Delivery>(_ => true, Patience)).Offset);
        Assert.Equal(10, (await AskHubAsync<HistoryPage>(new ReadHistory("t"))).Events.Single().Offset);
    }

    [Fact]
    public async Task A_group_is_told_of_the_clearing_as_soon_as_a_member_has_room()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var first = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        var held = await first.FishForMessageAsync<Delivery>(_ => true, Patience);
        await AskHubAsync<GroupPaused>(new PauseGroup("t", "g"));
        await UntilGroupAsync("t", "g", g => g.Paused);
        await PublishAsync("t", Enumerable.Range(10, 10));

        await AskHubAsync<TopicCleared>(new ClearTopic("t"));
        await AskHubAsync<GroupResumed>(new ResumeGroup("t", "g"));
        held.Settle(held.Ack());

        Assert.Equal(20, (await first.FishForMessageAsync<HistoryTrimmed>(m => m.To == 20, Patience)).To);
        await UntilGroupAsync("t", "g", g => g.Position == 20);
    }

    [Fact]
    public async Task A_private_subscriber_that_lags_is_told_of_the_clearing()
    {
        await PublishAsync("t", Enumerable.Range(0, 2_000));
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest, Window: 1));
        var first = await reader.ExpectMsgAsync<Delivery>(Patience);

        await AskHubAsync<TopicCleared>(new ClearTopic("t"));
        var delivery = first;
        HistoryTrimmed? told = null;
        while (told is null)
        {
            delivery.Settle(delivery.Ack());
            switch (await reader.ReceiveOneAsync(Patience))
            {
                case Delivery next:
                    delivery = next;
                    break;
                case HistoryTrimmed trimmed:
                    told = trimmed;
                    break;
                case null:
                    Assert.Fail("The subscriber was not told.");
                    break;
            }
        }

        Assert.Equal((500, 2_000), (told.From, told.To)); // a page that was read before is still handed out
    }

    [Fact]
    public async Task A_dropped_topic_ends_its_subscriptions_and_a_new_one_of_its_name_begins_at_0()
    {
        await PublishAsync("t", Enumerable.Range(0, 1_500));
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        var reader = await SubscribeAsync(new Subscribe("t"));
        var buried = await member.ExpectMsgAsync<Delivery>(Patience);
        await buried.SettleAsync(buried.DeadLetter("no"));

        await AskHubAsync<TopicDropped>(new DropTopic("t"));

        await member.FishForMessageAsync<SubscriptionEnded>(_ => true, Patience);
        await reader.FishForMessageAsync<SubscriptionEnded>(_ => true, Patience);
        Assert.Empty((await AskHubAsync<TopicList>(new ListTopics())).Topics);
        Assert.Empty((await AskHubAsync<GroupList>(new ListGroups())).Groups);
        var offset = -1L;
        while (offset != 0)
        {
            Hub.Tell(new Publish("t", new Number(1)), TestActor);
            switch (await ExpectMsgAsync<IPublishReply>(Patience))
            {
                case Published published:
                    offset = published.Offset;
                    break;
                case PublishRejected rejected:
                    Assert.True(rejected.CanRetry, rejected.Reason);
                    break;
            }
        }

        Assert.Empty(await DeadLettersAsync("t"));
    }

    [Fact]
    public async Task Retention_is_altered_and_listed()
    {
        var retention = new Retention { Count = 5, Age = TimeSpan.FromDays(1), MaxBacklogEvents = 7, MaxBacklogAge = TimeSpan.FromDays(3), DeadLetterAge = TimeSpan.FromDays(9) };

        await AskHubAsync<TopicAltered>(new AlterTopic("t", retention));
        await PublishAsync("u", 1, 2, 3);

        var topics = (await AskHubAsync<TopicList>(new ListTopics())).Topics;
        Assert.Equal(["t", "u"], topics.Select(t => t.Name));
        Assert.Equal(retention, topics[0].Retention);
        Assert.Equal((Retention.Default, 0L, 3L, 0L), (topics[1].Retention, topics[1].Floor, topics[1].Tail, topics[1].DeadLetters));
        Assert.Equal("u", Assert.Single((await AskHubAsync<TopicList>(new ListTopics("u"))).Topics).Name);
    }

    [Fact]
    public async Task What_is_not_there_or_makes_no_sense_is_refused()
    {
        Assert.Equal("There is no such topic.", (await AskHubAsync<TopicRefused>(new ClearTopic("nowhere"))).Reason);
        Assert.False((await AskHubAsync<TopicRefused>(new DropTopic("nowhere"))).CanRetry);
        Assert.Contains("Count", (await AskHubAsync<TopicRefused>(new AlterTopic("t", new Retention { Count = -1 }))).Reason, StringComparison.Ordinal);
        Assert.Contains("null", (await AskHubAsync<TopicRefused>(new AlterTopic("t", null!))).Reason, StringComparison.Ordinal);
    }
}
