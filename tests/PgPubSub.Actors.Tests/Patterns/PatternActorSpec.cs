using Akka.Actor;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Patterns;
using PgPubSub.Actors.Tests.Subscriptions;
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

    private sealed class NeverAnswers : OneGroup
    {
        public override Task<IReadOnlyList<TopicName>> EnsurePatternAsync(PatternGroup group, StartFrom from, GroupRules rules, bool change, CancellationToken stop) =>
            new TaskCompletionSource<IReadOnlyList<TopicName>>().Task;
    }
}
