using Akka.Actor;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Readers;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Subscriptions;

/// <summary>A private subscription that can't be opened, for its node is not registered.</summary>
public sealed class PrivateSubscriptionActorSpec : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Akka.TestKit.TestProbe _hub, _consumer, _asker;
    private readonly IActorRef _subject;

    public PrivateSubscriptionActorSpec()
        : base("akka.loglevel = ERROR")
    {
        (_hub, _consumer, _asker) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var node = new NodeTelemetry("unopened");
        var terms = new SubscriptionTerms(
            "t", "private", StartFrom.Earliest, GroupRules.Default, Retention.Default, JsonPayloadSerializer.Default, node, node.Subscription("t", null));
        var stores = new Stores(new OneTopic(), null!, null!, null!, null!, null!, null!);
        _subject = _hub.ChildActorOf(
            PrivateSubscriptionActor.Props(terms, new Attach(_consumer, 10, _asker), new ReadMark(), new MarkBook(null!), new RecentPages(), stores, null, TimeProvider.System),
            CancellationToken.None);
    }

    [Fact]
    public async Task Whoever_subscribes_a_consumer_that_has_stopped_is_told_so()
    {
        Sys.Stop(_consumer);

        await RefusedAsync(canRetry: false, "stopped");
        await _hub.FishForMessageAsync(m => m is Finished, Patience);
    }

    [Fact]
    public async Task Whoever_leaves_before_it_stands_is_told_that_it_never_did()
    {
        _subject.Tell(new Detach(_consumer, new Unsubscribe("t"), _asker));

        await RefusedAsync(canRetry: true, "left");
        await _asker.ExpectMsgAsync<Unsubscribed>(Patience);
    }

    [Fact]
    public async Task A_node_that_stops_answers_for_what_never_stood()
    {
        _subject.Tell(GiveBack.Instance);
        _subject.Tell(GiveBack.Instance);

        await RefusedAsync(canRetry: true, "node stops");
        await _consumer.ExpectMsgAsync<SubscriptionEnded>(Patience);
        await _consumer.ExpectMsgAsync<SubscriptionEnded>(Patience);
        Assert.False(_asker.HasMessages);
    }

    private async Task RefusedAsync(bool canRetry, string why)
    {
        var rejected = await _asker.ExpectMsgAsync<SubscribeRejected>(Patience);
        Assert.Equal(("t", null, canRetry), (rejected.Topic, rejected.Group, rejected.CanRetry));
        Assert.Contains(why, rejected.Reason, StringComparison.Ordinal);
    }
}
