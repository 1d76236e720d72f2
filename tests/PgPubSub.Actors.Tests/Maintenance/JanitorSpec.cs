using Akka.Actor;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Maintenance;

public sealed class JanitorPostgresSpec : JanitorSpec
{
    [Fact]
    public async Task One_node_at_a_time_has_the_duty_and_another_takes_it_when_that_leaves()
    {
        await PublishAsync("t", 1);
        await UntilAsync($"EXISTS (SELECT FROM {Schema}.duty)");
        var first = await AskAsync<Guid>($"SELECT node FROM {Schema}.duty");
        var other = StartOther(out var system);
        await other.Ask<Published>(new Publish("t", new Number(2)), Patience);
        await UntilAsync($"(SELECT count(*) FROM {Schema}.node) = 2");

        Assert.Equal(first, await AskAsync<Guid>($"SELECT node FROM {Schema}.duty")); // though another is there
        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);

        var left = await AskAsync<Guid>($"SELECT id FROM {Schema}.node");
        Assert.NotEqual(first, left);
        for (var late = DateTime.UtcNow + Patience; DateTime.UtcNow < late && !await AskAsync<bool>($"SELECT EXISTS (SELECT FROM {Schema}.duty WHERE node = '{left}')");)
            await Task.Yield();
        Assert.Equal(left, await AskAsync<Guid>($"SELECT node FROM {Schema}.duty"));
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
    }
}

public sealed class JanitorInMemorySpec : JanitorSpec
{
    protected override bool InMemory => true;
}

/// <summary>What retention lets go, goes by itself.</summary>
public abstract class JanitorSpec : HubSpec
{
    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.CleanupInterval, options.Retention) = (TimeSpan.FromSeconds(1), new Retention { Count = 3 });
        return options;
    }

    [Fact]
    public async Task Settled_events_go_but_for_the_newest()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));
        await SettleAsync("t", "g", 20);
        await MakeOldAsync();

        await UntilFloorAsync("t", 17);
        Assert.Equal([17L, 18, 19], (await AskHubAsync<HistoryPage>(new ReadHistory("t"))).Events.Select(e => e.Offset));
    }

    [Fact]
    public async Task What_a_group_has_not_settled_stays_whatever_its_age_and_other_topics_go_on()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));
        await PublishAsync("u", Enumerable.Range(0, 20));
        await AskHubAsync<TopicAltered>(new AlterTopic("t", new Retention { Count = 0, Age = TimeSpan.FromMinutes(1) }));
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        await member.ExpectMsgAsync<Delivery>(Patience);
        await MakeOldAsync();

        await UntilFloorAsync("u", 17);
        Assert.Equal(0, (await TopicAsync("t")).Floor);
    }

    [Fact]
    public async Task Past_the_limit_of_its_backlog_events_go_and_everybody_is_told()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(BacklogTrimmed));
        await PublishAsync("t", Enumerable.Range(0, 20));
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        var held = await member.ExpectMsgAsync<Delivery>(Patience);
        await AskHubAsync<GroupPaused>(new PauseGroup("t", "g"));
        await PublishAsync("t", Enumerable.Range(20, 20));

        await AskHubAsync<TopicAltered>(new AlterTopic("t", new Retention { MaxBacklogEvents = 5 }));

        Assert.Equal(new BacklogTrimmed("t", 35, 35), await ExpectMsgAsync<BacklogTrimmed>(Patience));
        await AskHubAsync<GroupResumed>(new ResumeGroup("t", "g"));
        held.Settle(held.Ack()); // it was in hand all the while
        Assert.Equal(35, (await member.FishForMessageAsync<HistoryTrimmed>(m => m.To == 35, Patience)).To);
        Assert.Equal(35, (await member.FishForMessageAsync<Delivery>(_ => true, Patience)).Offset);
    }

    [Fact]
    public async Task A_backlog_that_is_too_old_goes_too()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(BacklogTrimmed));
        await PublishAsync("t", Enumerable.Range(0, 10));
        var reader = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        await reader.ExpectMsgAsync<Delivery>(Patience);
        await MakeOldAsync();
        await PublishAsync("t", 10, 11);

        await AskHubAsync<TopicAltered>(new AlterTopic("t", new Retention { MaxBacklogAge = TimeSpan.FromHours(1) }));

        Assert.Equal(10, (await ExpectMsgAsync<BacklogTrimmed>(Patience)).Floor);
    }

    [Fact]
    public async Task Dead_letters_go_when_they_are_over_their_age_and_younger_ones_stay()
    {
        await AskHubAsync<TopicAltered>(new AlterTopic("t", new Retention { DeadLetterAge = TimeSpan.FromHours(1) }));
        await PublishAsync("t", 0, 1);
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        await BuryNextAsync(member);
        await MakeOldAsync();
        if (!InMemory)
            await RunAsync($"UPDATE {Schema}.dead_letter SET died_at = died_at - interval '2 hours'");
        await BuryNextAsync(member);

        await AwaitConditionAsync(async () => (await DeadLettersAsync("t")).Count == 1, Patience, TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, (await DeadLettersAsync("t"))[0].Event.Offset);
    }

    private static async Task BuryNextAsync(Akka.TestKit.TestProbe member)
    {
        var delivery = await member.FishForMessageAsync<Delivery>(_ => true, Patience);
        await delivery.SettleAsync(delivery.DeadLetter("no"));
    }

    private async Task SettleAsync(string topic, string group, int count)
    {
        var member = await SubscribeAsync(new Subscribe(topic, group));
        for (var i = 0; i < count; i++)
        {
            var delivery = await member.ExpectMsgAsync<Delivery>(Patience);
            delivery.Settle(delivery.Ack());
        }

        await UntilGroupAsync(topic, group, g => g is { Lag: 0, InFlight: 0 });
    }

    private async Task<TopicStatus> TopicAsync(string topic) => Assert.Single((await AskHubAsync<TopicList>(new ListTopics(topic))).Topics);

    private Task UntilFloorAsync(string topic, long floor) =>
        AwaitConditionAsync(async () => (await TopicAsync(topic)).Floor == floor, Patience, TimeSpan.FromMilliseconds(50));
}
