using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class SubscriptionActorSpec : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), TimeToLive = TimeSpan.FromSeconds(15);

    private readonly Guid _node = Guid.CreateVersion7();
    private readonly ScriptedDeliveries _store = new();
    private readonly ClaimBook _book = new();
    private readonly HandClock _time = new();
    private readonly Liveness _liveness;
    private readonly TestProbe _hub, _consumer;
    private readonly IActorRef _subject;

    public SubscriptionActorSpec()
        : base("akka.loglevel = WARNING")
    {
        (_hub, _consumer) = (CreateTestProbe(), CreateTestProbe());
        _liveness = new Liveness(_time, TimeToLive);
        _liveness.Confirm(TimeSpan.Zero);
        _subject = Start(_hub, new OneGroup());
        _subject.Tell(new Attach(_consumer, 10, _consumer));
    }

    [Fact]
    public async Task A_confirmed_ack_is_confirmed_only_after_the_commit()
    {
        var (delivery, _) = await HandOutAsync();
        _subject.Tell(delivery.Ack(confirm: true), _consumer);
        var settle = await _store.Settles.NextAsync();
        Assert.True(Assert.Single(settle.Request).Whole);
        await _consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        settle.Answer(new SettleResult([true], []));

        await _consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);
    }

    [Fact]
    public async Task A_settlement_whose_outcome_is_unknown_is_repeated_and_a_lost_lease_is_then_unknown_too()
    {
        var (delivery, _) = await HandOutAsync();
        _subject.Tell(delivery.Ack(confirm: true), _consumer);
        var first = await _store.Settles.NextAsync();
        first.Fail(new StoreException(FaultKind.Unknown, "lost"));
        var second = await _store.Settles.NextAsync();
        Assert.Equal(first.Request, second.Request);

        second.Answer(new SettleResult([false], []));

        Assert.True((await _consumer.ExpectMsgAsync<AnswerRefused>(Patience)).OutcomeUnknown);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_found_by_its_token_before_the_next()
    {
        var claim = await _store.Claims.NextAsync();
        claim.Fail(new StoreException(FaultKind.Unknown, "lost"));
        var find = await _store.Finds.NextAsync();
        Assert.Equal(claim.Request.Token, find.Request.Token);
        Assert.Equal(0, _store.Claims.Waiting);
        Assert.Contains(claim.Request.Token, _book.Known([claim.Request.Token]));

        find.Answer(Page(claim.Request.Token));

        Assert.Equal(0, (await ExpectDeliveryAsync()).Offset);
    }

    [Fact]
    public async Task A_failed_claim_is_tried_again_and_its_token_forgotten()
    {
        var claim = await _store.Claims.NextAsync();
        claim.Fail(new StoreException(FaultKind.Transient, "away"));
        var next = await _store.Claims.NextAsync();
        Assert.NotEqual(claim.Request.Token, next.Request.Token);
        Assert.Empty(_book.Known([claim.Request.Token]));
    }

    [Fact]
    public async Task A_lost_registration_revokes_what_is_out_and_what_was_asked_before_is_not_listened_to()
    {
        var (delivery, token) = await HandOutAsync();
        _subject.Tell(new Wakeup(2));
        var claim = await _store.Claims.NextAsync();
        _subject.Tell(new NodeBecame(null));
        Assert.Equal(delivery.Offset, (await _consumer.ExpectMsgAsync<DeliveryRevoked>(Patience)).Delivery.Offset);
        Assert.Empty(_book.Known([token]));

        claim.Answer(Page(claim.Request.Token, lo: 1));
        await _consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        var renewed = Guid.CreateVersion7();
        _subject.Tell(new NodeBecame(renewed));
        Assert.Equal(renewed, (await _store.Claims.NextAsync()).Request.Node);
    }

    [Fact]
    public async Task A_process_that_was_frozen_hands_out_nothing_until_its_next_beat_is_confirmed()
    {
        var claim = await _store.Claims.NextAsync();
        _time.Advance(TimeToLive);
        claim.Answer(Page(claim.Request.Token));
        await _consumer.FishForMessageAsync(m => m is Subscribed, Patience);
        await _consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        Assert.True(_liveness.Confirm(TimeSpan.Zero));
        _subject.Tell(new NodeSuspended(false));

        Assert.Equal(0, (await ExpectDeliveryAsync()).Offset);
    }

    [Fact]
    public async Task It_is_finished_when_its_last_consumer_is_gone_and_everything_is_given_back()
    {
        await HandOutAsync();
        Sys.Stop(_consumer);
        var settle = await _store.Settles.NextAsync();
        var failed = Assert.Single(Assert.Single(settle.Request).Failed);
        Assert.Equal((0, 1, false), (failed.Offset, failed.Attempts, failed.Bury));
        await _hub.FishForMessageAsync(m => m is ConsumerGone, Patience);
        await _hub.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        settle.Answer(new SettleResult([true], []));

        await _hub.FishForMessageAsync(m => m is Finished, Patience);
    }

    [Fact]
    public async Task Whoever_leaves_before_the_group_is_open_is_not_told_that_it_stands()
    {
        var (groups, hub, asker, other) = (new SlowGroup(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var subject = Start(hub, groups);
        subject.Tell(new Attach(_consumer, 10, asker));
        subject.Tell(new Attach(other, 10, other));
        subject.Tell(new Detach(_consumer, new Unsubscribe("t", "g"), asker));
        Assert.True((await asker.ExpectMsgAsync<SubscribeRejected>(Patience)).CanRetry);
        await asker.ExpectMsgAsync<Unsubscribed>(Patience);

        groups.Open.SetResult();

        await other.ExpectMsgAsync<Subscribed>(Patience);
        Assert.False(asker.HasMessages);
    }

    [Fact]
    public async Task Whoever_waits_for_a_group_that_is_not_open_when_the_node_stops_is_told_so()
    {
        var (hub, asker) = (CreateTestProbe(), CreateTestProbe());
        var subject = Start(hub, new SlowGroup());
        subject.Tell(new Attach(_consumer, 10, asker));

        subject.Tell(StopClaiming.Instance);

        var rejected = await asker.ExpectMsgAsync<SubscribeRejected>(Patience);
        Assert.Equal(("The node stops.", true), (rejected.Reason, rejected.CanRetry));
        await hub.FishForMessageAsync(m => m is Finished, Patience);
    }

    [Fact]
    public async Task A_group_that_is_over_wants_nothing_any_more_when_its_node_registers_anew()
    {
        var (hub, asker) = (CreateTestProbe(), CreateTestProbe());
        var subject = Start(hub, new DroppedGroup());
        subject.Tell(new Attach(_consumer, 10, asker));
        await hub.FishForMessageAsync(m => m is PermitWanted, Patience);
        subject.Tell(PermitGranted.Instance);
        await hub.FishForMessageAsync(m => m is PermitReturned, Patience);
        subject.Tell(new VersionLearnt(null));
        await hub.FishForMessageAsync(m => m is Over, Patience);

        subject.Tell(new NodeBecame(Guid.CreateVersion7()));

        subject.Tell(new Detach(asker, new Unsubscribe("t", "g"), asker));
        await asker.FishForMessageAsync(m => m is Unsubscribed, Patience);
        Assert.DoesNotContain(hub.TakeAll(), m => m is PermitWanted);
    }

    private IActorRef Start(TestProbe hub, OneGroup groups) => hub.ChildActorOf(
        SubscriptionActor.Props(Terms(), new Stores(new OneTopic(), null!, groups, _store, null!, null!, null!), _book, _liveness, _node, TimeProvider.System), CancellationToken.None);

    private static SubscriptionTerms Terms()
    {
        var node = new NodeTelemetry("scripted");
        return new SubscriptionTerms(
            "t", "g", StartFrom.Earliest, GroupRules.Default, Retention.Default, JsonPayloadSerializer.Default, node, node.Subscription("t", "g"));
    }

    private async Task<(Delivery Delivery, Guid Token)> HandOutAsync()
    {
        var claim = await _store.Claims.NextAsync();
        claim.Answer(Page(claim.Request.Token));
        return (await ExpectDeliveryAsync(), claim.Request.Token);
    }

    private async Task<Delivery> ExpectDeliveryAsync() => await _consumer.FishForMessageAsync<Delivery>(_ => true, Patience);

    private static ClaimedPage Page(Guid token, long lo = 0) =>
        new(1, lo, lo, lo + 1, token, [new StoredEvent(lo, Guid.CreateVersion7(), "x", null, "1"u8.ToArray(), null, null, DateTimeOffset.UnixEpoch)]);
}
