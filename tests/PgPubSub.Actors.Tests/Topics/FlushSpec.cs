using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Topics;

public sealed class FlushPostgresSpec : FlushSpec;

public sealed class FlushInMemorySpec : FlushSpec
{
    protected override bool InMemory => true;
}

public abstract class FlushSpec : HubSpec
{
    [Fact]
    public async Task It_waits_until_publishes_are_committed_and_subscriptions_idle()
    {
        var member = await SubscribeAsync(new Subscribe("t", "g"));
        var reader = await SubscribeAsync(new Subscribe("t"));
        for (var i = 0; i < 20; i++)
            Hub.Tell(new Publish("t", new Number(i)), Akka.Actor.ActorRefs.NoSender);
        var flushing = CreateTestProbe();
        Hub.Tell(new Flush(), flushing);

        for (var i = 0; i < 20; i++)
        {
            var (one, other) = (await member.ExpectMsgAsync<Delivery>(Patience), await reader.ExpectMsgAsync<Delivery>(Patience));
            Assert.False(flushing.HasMessages);
            one.Settle(one.Ack());
            other.Settle(other.Ack());
        }

        await flushing.ExpectMsgAsync<Flushed>(Patience);
        Assert.True((await AskHubAsync<GroupList>(new ListGroups("t"))).Groups.Single() is { Lag: 0, InFlight: 0 });
    }

    [Fact]
    public async Task It_says_what_is_not_done_when_its_time_is_over()
    {
        await PublishAsync("t", 1);
        await PublishAsync("u", 1);
        await (await SubscribeAsync(new Subscribe("t", "g"))).ExpectMsgAsync<Delivery>(Patience);
        await (await SubscribeAsync(new Subscribe("u", From: StartFrom.Earliest))).ExpectMsgAsync<Delivery>(Patience);

        var incomplete = await AskHubAsync<FlushIncomplete>(new Flush(TimeSpan.FromMilliseconds(200)));

        Assert.Equal(["A private subscriber of u is not idle.", "Group g of t is not idle."], incomplete.Waiting.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_waits_for_another_attempt_is_not_done()
    {
        await PublishAsync("t", 1);
        var member = await SubscribeAsync(new Subscribe("t", "g", Rules: GroupRules.Default with { Retry = RetryRules.Default with { First = TimeSpan.FromHours(1), Most = TimeSpan.FromHours(1) } }));
        var delivery = await member.ExpectMsgAsync<Delivery>(Patience);
        Assert.IsType<AnswerConfirmed>(await delivery.SettleAsync(delivery.Nack("no")));

        Assert.Single((await AskHubAsync<FlushIncomplete>(new Flush(TimeSpan.FromMilliseconds(500)))).Waiting);
    }

    [Fact]
    public async Task With_nothing_to_wait_for_it_is_done_at_once()
    {
        await AskHubAsync<Flushed>(new Flush());
        await PublishAsync("t", 1);
        await AskHubAsync<Flushed>(new Flush());
    }

    [Fact]
    public async Task A_time_out_of_bounds_is_refused() =>
        Assert.Contains("timeout", (await AskHubAsync<FlushIncomplete>(new Flush(TimeSpan.Zero))).Waiting.Single(), StringComparison.Ordinal);
}
