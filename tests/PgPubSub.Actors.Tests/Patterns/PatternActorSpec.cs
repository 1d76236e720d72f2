using Akka.Actor;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Patterns;
using PgPubSub.Actors.Tests.Subscriptions;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Patterns;

public sealed class PatternActorSpec() : TestKit("akka.loglevel = WARNING")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_poll_that_was_asked_before_the_pattern_was_there_says_nothing_of_what_is_new()
    {
        var (hub, consumer) = (CreateTestProbe(), CreateTestProbe());
        var subject = hub.ChildActorOf(
            PatternActor.Props(new SubscribePattern("a.*"), consumer, consumer, [], null!, new PgPubSubOptions().UseInMemory().Freeze()), CancellationToken.None);
        subject.Tell(new Matched([TopicPattern.Parse("b.*")], []));
        subject.Tell(new Matched([TopicPattern.Parse("a.*"), TopicPattern.Parse("b.*")], [new TopicName(new TopicId(1), "a.old")]));

        Assert.Null((await hub.ExpectMsgAsync<Subscribe>(Patience)).From);
        subject.Tell(new Subscribed("a.old", null, 7));
        Assert.Equal(["a.old"], (await consumer.ExpectMsgAsync<PatternSubscribed>(Patience)).Topics);

        subject.Tell(new Matched([TopicPattern.Parse("a.*")], [new TopicName(new TopicId(1), "a.old"), new TopicName(new TopicId(2), "a.new")]));
        Assert.Equal(StartFrom.Earliest, (await hub.ExpectMsgAsync<Subscribe>(Patience)).From);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("g")]
    public async Task Whoever_subscribes_a_consumer_that_has_stopped_is_told_so_and_so_is_whoever_ends_it(string? group)
    {
        var (hub, consumer, asker, leaver) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var stores = new Stores(null!, null!, new NeverAnswers(), null!, null!, null!, null!);
        var subject = hub.ChildActorOf(
            PatternActor.Props(new SubscribePattern("a.*", group), consumer, asker, [], stores, new PgPubSubOptions().UseInMemory().Freeze()), CancellationToken.None);
        Sys.Stop(consumer);

        var rejected = await asker.ExpectMsgAsync<PatternRejected>(Patience);
        Assert.Equal(("a.*", group, false), (rejected.Pattern, rejected.Group, rejected.CanRetry));
        Assert.Contains("stopped", rejected.Reason, StringComparison.Ordinal);
        await hub.ExpectMsgAsync<PatternOver>(Patience);

        subject.Tell(new EndPattern(leaver, new UnsubscribePattern("a.*", group)));
        await leaver.ExpectMsgAsync<PatternUnsubscribed>(Patience);
        Assert.False(asker.HasMessages);
    }

    [Fact]
    public async Task Whoever_ends_it_while_its_consumer_stops_is_answered()
    {
        var (hub, consumer, leaver) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var subject = hub.ChildActorOf(
            PatternActor.Props(new SubscribePattern("a.*"), consumer, null, [], null!, new PgPubSubOptions().UseInMemory().Freeze()), CancellationToken.None);
        subject.Tell(new Matched([TopicPattern.Parse("a.*")], [new TopicName(new TopicId(1), "a.b")]));
        await hub.ExpectMsgAsync<Subscribe>(Patience);
        subject.Tell(new EndPattern(leaver, new UnsubscribePattern("a.*")));
        await hub.ExpectMsgAsync<Unsubscribe>(Patience);

        Sys.Stop(consumer);

        await leaver.ExpectMsgAsync<PatternUnsubscribed>(Patience);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("g")]
    public async Task Whoever_leaves_before_it_stands_is_not_told_that_it_does(string? group)
    {
        var (hub, consumer, asker) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var stores = new Stores(null!, null!, new NeverAnswers(), null!, null!, null!, null!);
        var subject = hub.ChildActorOf(
            PatternActor.Props(new SubscribePattern("a.*", group), consumer, asker, [], stores, new PgPubSubOptions().UseInMemory().Freeze()), CancellationToken.None);

        subject.Tell(new EndPattern(asker, new UnsubscribePattern("a.*", group)));

        Assert.True((await asker.ExpectMsgAsync<PatternRejected>(Patience)).CanRetry);
        await asker.ExpectMsgAsync<PatternUnsubscribed>(Patience);
    }

    [Fact]
    public async Task Whoever_waits_for_it_to_stand_when_the_node_stops_is_told_so()
    {
        var options = new PgPubSubOptions().UseInMemory();
        options.Decorate = stores => stores with { Subscriptions = new NeverAnswers() };
        var (hub, consumer, asker) = (PgPubSubHub.Start(Sys, options), CreateTestProbe(), CreateTestProbe());
        hub.Tell(new SubscribePattern("a.*", "g", Consumer: consumer), asker);

        hub.Tell(Drain.Instance, CreateTestProbe());

        var rejected = await asker.ExpectMsgAsync<PatternRejected>(Patience);
        Assert.Equal(("The node stops.", true), (rejected.Reason, rejected.CanRetry));
    }

    private sealed class NeverAnswers : OneGroup
    {
        public override Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
            new TaskCompletionSource<IReadOnlyList<TopicName>>().Task;
    }
}
