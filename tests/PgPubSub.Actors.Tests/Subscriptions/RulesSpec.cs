using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class RulesPostgresSpec : RulesSpec;

public sealed class RulesInMemorySpec : RulesSpec
{
    protected override bool InMemory => true;
}

/// <summary>A group's rules live with the group: all members have the same.</summary>
public abstract class RulesSpec : HubSpec
{
    private static readonly GroupRules Once = GroupRules.Default with { Retry = new RetryRules(1, TimeSpan.Zero, 1, TimeSpan.Zero) };

    [Fact]
    public async Task A_member_that_names_other_rules_changes_them_for_all_members_on_all_nodes()
    {
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 1));
        var other = StartOther(out var system);
        var changer = CreateTestProbe();
        await other.Ask<Subscribed>(new Subscribe("t", "g", Rules: Once, Consumer: changer), Patience);
        await UntilGroupAsync("t", "g", g => g.Rules == Once);
        await other.Ask<Unsubscribed>(new Unsubscribe("t", "g", changer), Patience);
        await AwaitConditionAsync(() => BuriesAtOnceAsync(member), Patience, TimeSpan.FromMilliseconds(100));
        await system.Terminate();
    }

    [Fact]
    public async Task A_change_of_rules_is_one_line_of_the_log_whoever_learns_of_it()
    {
        Sys.EventStream.SetLogLevel(LogLevel.InfoLevel);
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var other = StartOther(out var system);
        system.EventStream.SetLogLevel(LogLevel.InfoLevel);
        system.EventStream.Subscribe(TestActor, typeof(Info));
        await SubscribeAsync(new Subscribe("t", "g"));
        await other.Ask<Subscribed>(new Subscribe("t", "g", Consumer: CreateTestProbe()), Patience);

        await SubscribeAsync(new Subscribe("t", "g", Rules: Once));
        await UntilGroupAsync("t", "g", g => g.Rules == Once);
        await AskHubAsync<GroupPaused>(new PauseGroup("t", "g")); // both nodes tell of this, after they have learnt of the other

        var lines = new List<string>();
        while (lines.Count(line => line.Contains("is paused", StringComparison.Ordinal)) < 2)
            lines.Add((await FishForMessageAsync<Info>(_ => true, Patience)).Message.ToString()!);
        Assert.Single(lines, line => line.Contains("rules of group", StringComparison.Ordinal));
        await system.Terminate();
    }

    [Fact]
    public async Task A_member_that_names_none_leaves_them_as_they_are()
    {
        await SubscribeAsync(new Subscribe("t", "g", Rules: Once));
        await SubscribeAsync(new Subscribe("t", "g"));
        var other = StartOther(out var system);
        await other.Ask<Subscribed>(new Subscribe("t", "g", Consumer: CreateTestProbe()), Patience);

        Assert.Equal(Once, Assert.Single((await AskHubAsync<GroupList>(new ListGroups("t"))).Groups).Rules);
        await system.Terminate();
    }

    [Fact]
    public async Task A_filter_by_type_hands_out_what_is_wanted_and_settles_the_rest()
    {
        var wanted = GroupRules.Default with { Filter = Core.Subscriptions.EventFilter.OfTypes("wanted") };
        var (member, reader) = (await SubscribeAsync(new Subscribe("t", "g", Rules: wanted)), await SubscribeAsync(new Subscribe("t", Rules: wanted)));
        for (var i = 0; i < 10; i++)
            Hub.Tell(new Publish("t", new Number(i), Type: i % 5 == 4 ? "wanted" : "other"), ActorRefs.NoSender);

        foreach (var consumer in new[] { member, reader })
        {
            foreach (var offset in new[] { 4, 9 })
            {
                var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
                Assert.Equal(offset, delivery.Offset);
                delivery.Settle(delivery.Ack());
            }
        }

        await UntilGroupAsync("t", "g", g => g is { Lag: 0, InFlight: 0, Retrying: 0 } && g.Rules == wanted);
    }

    [Fact]
    public async Task A_filter_by_header_wants_its_exact_value()
    {
        var member = await SubscribeAsync(new Subscribe("t", "g", Rules: GroupRules.Default with { Filter = Core.Subscriptions.EventFilter.OfHeader("tenant", "b") }));
        foreach (var tenant in new[] { "a", "b", "c" })
            Hub.Tell(new Publish("t", new Number(0), Headers: new Dictionary<string, string> { ["tenant"] = tenant }), ActorRefs.NoSender);

        Assert.Equal("b", (await member.ExpectMsgAsync<Delivery>(Patience)).Headers["tenant"]);
        await UntilGroupAsync("t", "g", g => g is { Lag: 0, InFlight: 1 });
    }

    [Fact]
    public async Task Without_dead_letters_a_message_that_always_fails_is_dropped_and_the_log_says_so()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Warning));
        await PublishAsync("t", 0, 1);
        var member = await SubscribeAsync(new Subscribe("t", "g", Window: 1, Rules: Once with { DeadLetter = false }));

        var delivery = await member.ExpectMsgAsync<Delivery>(Patience);
        Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Nack("no")));

        Assert.Equal(1, (await member.ExpectMsgAsync<Delivery>(Patience)).Offset);
        await FishForMessageAsync<Warning>(w => w.ToString().Contains("dropped after 1 attempts", StringComparison.Ordinal), Patience);
        Assert.Empty(await DeadLettersAsync("t"));
    }

    [Fact]
    public async Task A_start_below_the_floor_is_moved_up_and_told()
    {
        await PublishAsync("t", 0, 1, 2);
        await AskHubAsync<TopicCleared>(new ClearTopic("t"));
        await PublishAsync("t", 3);
        var member = CreateTestProbe();

        Hub.Tell(new Subscribe("t", "g", StartFrom.Offset(1)), member);

        var trimmed = await member.FishForMessageAsync<HistoryTrimmed>(_ => true, Patience);
        Assert.Equal((1L, 3L), (trimmed.From, trimmed.To));
        Assert.Equal(3, (await member.FishForMessageAsync<Delivery>(_ => true, Patience)).Offset);
    }

    [Fact]
    public async Task Rules_that_make_no_sense_are_refused()
    {
        Hub.Tell(new Subscribe("t", "g", Rules: GroupRules.Default with { Filter = Core.Subscriptions.EventFilter.OfTypes("") }), TestActor);

        Assert.Contains("filter's type", (await ExpectMsgAsync<SubscribeRejected>(Patience)).Reason, StringComparison.Ordinal);
    }

    private async Task<bool> BuriesAtOnceAsync(Akka.TestKit.TestProbe member)
    {
        await PublishAsync("t", 1);
        var delivery = await member.FishForMessageAsync<Delivery>(d => d.Attempt == 1, Patience);
        await delivery.SettleAsync(delivery.Nack("no", TimeSpan.Zero));
        if ((await DeadLettersAsync("t")).Count > 0)
            return true;
        var again = await member.FishForMessageAsync<Delivery>(d => d.Attempt == 2, Patience);
        await again.SettleAsync(again.Ack());
        return false;
    }
}
