using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Patterns;

public sealed class PatternPostgresSpec : PatternSpec;

public sealed class PatternInMemorySpec : PatternSpec
{
    protected override bool InMemory => true;
}

public abstract class PatternSpec : HubSpec
{
    [Fact]
    public async Task A_group_stands_at_topics_that_match_now_and_later_and_misses_nothing()
    {
        await PublishAsync("orders.eu", 1);
        await PublishAsync("invoices", 9);
        var member = CreateTestProbe();
        Hub.Tell(new SubscribePattern("orders.*", "g"), member);
        Assert.Equal(["orders.eu"], (await member.FishForMessageAsync<PatternSubscribed>(_ => true, Patience)).Topics);

        await PublishAsync("orders.us", 2, 3);

        Assert.Equal([("orders.us", 0L), ("orders.us", 1L)], await SeenAsync(member, "orders.us", 2));
    }

    [Fact]
    public async Task What_was_published_while_nobody_was_there_waits_for_the_group()
    {
        var member = CreateTestProbe();
        Hub.Tell(new SubscribePattern("orders.#", "g"), member);
        await member.ExpectMsgAsync<PatternSubscribed>(Patience);
        Hub.Tell(new UnsubscribePattern("orders.#", "g"), member);
        await member.ExpectMsgAsync<PatternUnsubscribed>(Patience);
        await PublishAsync("orders.eu.north", 1);
        await UntilGroupAsync("orders.eu.north", "g", g => g.Lag == 1 && g.Pattern == "orders.#");

        Hub.Tell(new SubscribePattern("orders.#", "g"), member);

        Assert.Equal([("orders.eu.north", 0L)], await SeenAsync(member, "orders.eu.north", 1));
    }

    [Fact]
    public async Task Members_on_two_nodes_share_the_topics_of_a_pattern()
    {
        var other = StartOther(out var system);
        var (one, two) = (CreateTestProbe(), CreateTestProbe());
        Hub.Tell(new SubscribePattern("a.*", "g", Window: 1), one);
        other.Tell(new SubscribePattern("a.*", "g", Window: 1), two);
        await one.ExpectMsgAsync<PatternSubscribed>(Patience);
        await two.ExpectMsgAsync<PatternSubscribed>(Patience);

        await PublishAsync("a.b", Enumerable.Range(0, 200));

        // Nobody answers, so neither takes more than a few.
        var (first, second) = (await one.FishForMessageAsync<Delivery>(_ => true, Patience), await two.FishForMessageAsync<Delivery>(_ => true, Patience));
        Assert.Equal(("a.b", "a.b"), (first.Topic, second.Topic));
        Assert.NotEqual(first.Offset, second.Offset);
        await system.Terminate();
    }

    [Fact]
    public async Task A_private_subscriber_by_pattern_gets_what_comes_at_topics_that_are_there_and_all_of_later_ones()
    {
        await PublishAsync("a.old", 1);
        await PublishAsync("b.old", 1);
        var reader = CreateTestProbe();
        Hub.Tell(new SubscribePattern("a.*"), reader);
        Assert.Equal(["a.old"], (await reader.ExpectMsgAsync<PatternSubscribed>(Patience)).Topics);

        await PublishAsync("a.old", 2);
        await PublishAsync("a.new", 3, 4);

        var seen = new List<(string, long)>();
        for (var i = 0; i < 3; i++)
            seen.Add(await NextAsync(reader));
        Assert.Equal([("a.new", 0L), ("a.new", 1L), ("a.old", 1L)], seen.Order());
    }

    [Fact]
    public async Task Rules_that_are_named_hold_at_all_its_topics()
    {
        await PublishAsync("a.b", 1);
        var member = CreateTestProbe();
        Hub.Tell(new SubscribePattern("a.*", "g", Rules: GroupRules.Default with { AckDeadline = TimeSpan.FromSeconds(7) }), member);
        await member.FishForMessageAsync<PatternSubscribed>(_ => true, Patience);
        await PublishAsync("a.c", 1);
        await UntilGroupAsync("a.c", "g", g => g.Rules.AckDeadline == TimeSpan.FromSeconds(7));

        Hub.Tell(new SubscribePattern("a.*", "g", Rules: GroupRules.Default with { AckDeadline = TimeSpan.FromSeconds(8) }), CreateTestProbe());

        await UntilGroupAsync("a.b", "g", g => g.Rules.AckDeadline == TimeSpan.FromSeconds(8));
        await UntilGroupAsync("a.c", "g", g => g.Rules.AckDeadline == TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_dropped_pattern_ends_its_groups_and_later_topics_have_none()
    {
        await PublishAsync("a.b", 1);
        var member = CreateTestProbe();
        Hub.Tell(new SubscribePattern("a.*", "g"), member);
        await member.FishForMessageAsync<PatternSubscribed>(_ => true, Patience);

        await AskHubAsync<PatternDropped>(new DropPattern("a.*", "g"));
        await member.FishForMessageAsync<SubscriptionEnded>(_ => true, Patience);
        Hub.Tell(new UnsubscribePattern("a.*", "g"), member);
        await member.FishForMessageAsync<PatternUnsubscribed>(_ => true, Patience);
        await PublishAsync("a.c", 1);

        Assert.Empty((await AskHubAsync<GroupList>(new ListGroups())).Groups);
        Assert.Contains("no such pattern", (await AskHubAsync<PatternRejected>(new DropPattern("a.*", "g"))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_is_rejected()
    {
        var member = CreateTestProbe();
        Hub.Tell(new SubscribePattern("a..b", "g"), member);
        Assert.Contains("empty word", (await member.ExpectMsgAsync<PatternRejected>(Patience)).Reason, StringComparison.Ordinal);
        Hub.Tell(new SubscribePattern("a.*", "g"), member);
        await member.ExpectMsgAsync<PatternSubscribed>(Patience);
        Hub.Tell(new SubscribePattern("a.*", "g"), member);
        Assert.Contains("already", (await member.ExpectMsgAsync<PatternRejected>(Patience)).Reason, StringComparison.Ordinal);
    }

    private static async Task<(string, long)> NextAsync(TestProbe member)
    {
        var delivery = await member.FishForMessageAsync<Delivery>(_ => true, Patience);
        delivery.Settle(delivery.Ack());
        return (delivery.Topic, delivery.Offset);
    }

    private static async Task<IReadOnlyList<(string, long)>> SeenAsync(TestProbe member, string topic, int count)
    {
        var seen = new List<(string, long)>();
        while (seen.Count < count)
        {
            if (await NextAsync(member) is var next && next.Item1 == topic)
                seen.Add(next);
        }

        return seen;
    }
}
