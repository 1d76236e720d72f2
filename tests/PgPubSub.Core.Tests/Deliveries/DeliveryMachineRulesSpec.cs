using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>What changes under a machine that is at work: rules, pauses, seeks, and its end.</summary>
public sealed class DeliveryMachineRulesSpec
{
    private static readonly GroupRules Rules = new(Sec(30), new RetryRules(MaxAttempts: 2, Sec(1), 2, Sec(10)));

    private readonly DrivenMachine _driven = new();
    private readonly DeliveryMachine _machine;

    public DeliveryMachineRulesSpec() => _machine = _driven.Machine;

    [Fact]
    public void What_the_filter_does_not_want_is_settled_and_never_handed_out()
    {
        _machine.Change(Rules with { Filter = EventFilter.OfTypes("wanted") });

        _machine.Own(true, 0, Ms(0));
        _machine.Join(1, 9, Ms(0));
        _driven.Effects();
        _machine.Claimed(Pages.Of(0, 3), Ms(0));
        Assert.Empty(_machine.Effects.OfType<DeliveryEffect.HandOut>());

        var lease = Assert.Single(TickedBatch().Leases);
        Assert.True(lease.Whole);
        Assert.Equal([0, 1, 2], lease.Acked);
    }

    [Fact]
    public void A_retry_that_the_filter_does_not_want_any_more_is_settled_too()
    {
        _machine.Change(Rules with { Filter = EventFilter.OfTypes("wanted") });

        _driven.Holding(9, 0);
        _machine.RetriesClaimed(Pages.Retries(1, 4), Ms(0));
        Assert.Empty(_machine.Effects.OfType<DeliveryEffect.HandOut>());
        Assert.Equal(new[] { (4L, true) }, TickedBatch().Retries.Select(r => (r.Offset, r.Failed is null)));
    }

    [Fact]
    public void A_longer_deadline_holds_for_what_is_handed_out_from_then_on()
    {
        var first = Assert.Single(_driven.Holding(window: 1, events: 2));
        _machine.Change(Rules with { AckDeadline = Sec(300) });
        _machine.Ack(first.Id, null, Sec(1));

        Assert.Equal(Sec(30), first.Deadline);
        Assert.Equal(Sec(301), Assert.Single(_driven.HandOuts()).Deadline);
    }

    [Fact]
    public void Without_dead_letters_a_last_failure_is_told_as_dropped()
    {
        _machine.Change(Rules with { DeadLetter = false });
        var item = Assert.Single(_driven.Retried(attempts: 1, 7));

        _machine.Nack(item.Id, "no", null, null, Ms(1));

        Assert.Equal(new DeliveryEffect.Dropped(7, 2), Assert.Single(_driven.Effects<DeliveryEffect.Dropped>()));
    }

    [Fact]
    public void A_retry_whose_event_is_gone_is_settled_and_told()
    {
        _driven.Holding(9, 0);
        _driven.Effects();
        _machine.RetriesClaimed(new ClaimedRetries([], [5]), Guid.CreateVersion7(), Ms(0));

        Assert.Equal(new DeliveryEffect.Jumped(5, 6), Assert.Single(_machine.Effects.OfType<DeliveryEffect.Jumped>()));
        Assert.Equal(5, Assert.Single(TickedBatch().Retries).Offset);
    }

    [Fact]
    public void A_pause_hands_out_nothing_and_gives_back_what_nobody_got()
    {
        var out1 = Assert.Single(_driven.Holding(window: 1, events: 3));
        _driven.Effects();

        _machine.Pause(true, Ms(1));

        var batch = TickedBatch();
        Assert.Equal(new[] { (1L, 0), (2L, 0) }, Assert.Single(batch.Leases).Failed.Select(f => (f.Offset, f.Attempts)));
        _machine.Settled(DrivenMachine.Held(batch), Ms(10));
        Assert.True(_machine.Ack(out1.Id, null, Ms(11)));
        _machine.Wake(50, Ms(12));
        Assert.Empty(_driven.Effects<DeliveryEffect.Claim>());
    }

    [Fact]
    public void After_a_pause_it_claims_again_and_looks_for_what_went_back()
    {
        _driven.Holding(window: 1, events: 0);
        _machine.RetriesClaimed([], Ms(0));
        _machine.Pause(true, Ms(1));
        _machine.Wake(50, Ms(2));
        _driven.Effects();

        _machine.Pause(false, Ms(3));

        var effects = _driven.Effects();
        Assert.Single(effects.OfType<DeliveryEffect.Claim>());
        Assert.Single(effects.OfType<DeliveryEffect.ClaimRetries>());
    }

    [Fact]
    public void A_seek_fences_what_is_out_and_claims_from_where_the_group_stands_now()
    {
        var item = Assert.Single(_driven.Holding(window: 1, events: 1));
        _driven.Effects();

        _machine.Sought(generation: 2, position: 0, Ms(1));

        Assert.Same(item, Assert.Single(_machine.Effects.OfType<DeliveryEffect.Revoke>()).Item);
        Assert.False(_machine.Ack(item.Id, null, Ms(2)));
        _machine.Tick(Ms(20));
        Assert.Single(_driven.Effects<DeliveryEffect.Claim>());
    }

    [Fact]
    public void A_seek_that_a_failover_lost_does_not_keep_the_group_from_what_it_claims()
    {
        _machine.Own(true, 0, Ms(0));
        _machine.Join(1, 9, Ms(0));
        _machine.Sought(generation: 3, position: 0, Ms(1));
        _driven.Effects();
        _machine.Claimed(Pages.Of(0, 3), Ms(2)); // asked before the seek, for all that is known
        _machine.Tick(Ms(20));
        Assert.Single(_driven.Effects<DeliveryEffect.Claim>());

        _machine.Claimed(Pages.Of(3, 6), Ms(21));

        Assert.Equal([3L, 4, 5], _driven.HandOuts().Select(item => item.Event.Offset));
    }

    [Fact]
    public void Answers_of_claims_from_before_one_seek_after_the_other_are_all_let_go()
    {
        _machine.Own(true, 0, Ms(0));
        _machine.Join(1, 9, Ms(0));
        _machine.Sought(generation: 3, position: 0, Ms(1));
        _machine.Claimed(Pages.Of(0, 3) with { Generation = 2 }, Ms(2));
        _machine.Sought(generation: 4, position: 0, Ms(3));

        _machine.Claimed(Pages.Of(0, 3) with { Generation = 3 }, Ms(4));

        Assert.Empty(_driven.HandOuts());
    }

    [Fact]
    public void A_claim_that_got_something_before_a_seek_is_let_go()
    {
        _machine.Own(true, 0, Ms(0));
        _machine.Join(1, 9, Ms(0));
        _driven.Effects();
        _machine.Sought(generation: 2, position: 0, Ms(1));
        var late = Pages.Of(0, 3);

        _machine.Claimed(late, Ms(2));
        _machine.Tick(Ms(20));

        var effects = _driven.Effects();
        Assert.Empty(effects.OfType<DeliveryEffect.HandOut>());
        Assert.Equal(late.Token, Assert.Single(effects.OfType<DeliveryEffect.Release>()).Token);
        Assert.Single(effects.OfType<DeliveryEffect.Claim>());
    }

    [Fact]
    public void A_claim_of_a_newer_generation_shows_that_the_group_was_moved()
    {
        var item = Assert.Single(_driven.Holding(window: 1, events: 1));
        _driven.Effects();
        _machine.Wake(9, Ms(1));

        _machine.Claimed(Pages.Of(0, 1) with { Generation = 2 }, Ms(10));

        Assert.Same(item, Assert.Single(_machine.Effects.OfType<DeliveryEffect.Revoke>()).Item);
        Assert.Equal(0, Assert.Single(_driven.HandOuts()).Event.Offset);
    }

    [Fact]
    public void A_retry_that_was_claimed_after_a_move_that_nobody_had_heard_of_goes_back_with_its_attempt_counted()
    {
        _driven.Holding(1, 0);
        _machine.Sought(generation: 2, position: 0, Ms(1));
        _machine.RetriesClaimed(Pages.Retries(1, 4, 5), Ms(2));
        var item = Assert.Single(_driven.HandOuts());

        _machine.Sought(generation: 3, position: 0, Ms(3));

        Assert.Same(item, Assert.Single(_machine.Effects.OfType<DeliveryEffect.Revoke>()).Item);
        var failed = TickedBatch().Retries.Select(r => (r.Offset, r.Failed!.Attempts, r.Failed.Bury)).Order();
        Assert.Equal([(4, 2, true), (5, 1, false)], failed); // two attempts are allowed, and were made
    }

    [Fact]
    public void A_machine_that_drains_waits_for_what_is_out_and_is_done_then()
    {
        var item = Assert.Single(_driven.Holding(window: 1, events: 2));
        _machine.RetriesClaimed([], Ms(0));
        _driven.Effects();

        _machine.Drain(Ms(1));
        var back = TickedBatch();
        Assert.Equal(1, Assert.Single(Assert.Single(back.Leases).Failed).Offset);
        _machine.Settled(DrivenMachine.Held(back), Ms(10));
        Assert.Empty(_driven.Effects<DeliveryEffect.Done>());

        _machine.Ack(item.Id, null, Ms(11));
        _machine.Settled(DrivenMachine.Held(TickedBatch()), Ms(20));

        Assert.Single(_driven.Effects<DeliveryEffect.Done>());
    }

    [Fact]
    public void It_is_idle_once_all_below_an_offset_is_settled()
    {
        var item = Assert.Single(_driven.Holding(window: 1, events: 1));
        _machine.RetriesClaimed([], Ms(0));
        Assert.False(_machine.IsIdleAt(1));
        _machine.Ack(item.Id, null, Ms(1));
        Assert.False(_machine.IsIdleAt(1)); // it is not written yet
        _machine.Settled(DrivenMachine.Held(TickedBatch()), Ms(20));

        Assert.True(_machine.IsIdleAt(1));
        Assert.False(_machine.IsIdleAt(2));
    }

    [Fact]
    public void A_retry_of_its_own_that_is_to_come_keeps_it_from_being_idle()
    {
        var item = Assert.Single(_driven.Holding(window: 1, events: 1));
        _machine.RetriesClaimed([], Ms(0));
        _machine.Nack(item.Id, "no", Sec(5), null, Ms(1));
        _machine.Settled(DrivenMachine.Held(TickedBatch()), Ms(20));

        Assert.False(_machine.IsIdleAt(1));
    }

    private SettleBatch TickedBatch()
    {
        if (_machine.Effects.OfType<DeliveryEffect.Settle>().SingleOrDefault() is null)
            _machine.Tick(_machine.NextTick ?? Ms(100));
        return _driven.Written();
    }
}
