using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class DeliveryMachineSpec
{
    private readonly DrivenMachine _driven = new();
    private readonly DeliveryMachine _machine;

    public DeliveryMachineSpec() => _machine = _driven.Machine;

    [Fact]
    public void A_machine_that_nobody_joined_is_not_done()
    {
        _machine.Suspend(true, Ms(0));
        _machine.Suspend(false, Ms(0));
        _machine.Own(true, 0, Ms(0));

        Assert.Empty(_machine.Effects);
    }

    [Fact]
    public void With_the_first_consumer_it_claims()
    {
        _machine.Own(true, 0, Ms(0));
        _machine.Join(1, 3, Ms(0));

        Assert.Single(_driven.Effects<DeliveryEffect.Claim>());
    }

    [Fact]
    public void No_more_is_handed_out_than_the_window_holds()
    {
        var items = _driven.Holding(3, 5);

        Assert.Equal([0, 1, 2], items.Select(i => i.Event.Offset));
        Assert.All(items, i => Assert.Equal(1, i.Attempt));

        _machine.Ack(items[1].Id, null, Ms(1));

        Assert.Equal(3, Assert.Single(_driven.HandOuts()).Event.Offset);
    }

    [Fact]
    public void A_deadline_starts_when_a_message_is_handed_out_not_when_it_was_claimed()
    {
        var first = Assert.Single(_driven.Holding(1, 2));

        _machine.Ack(first.Id, null, Sec(20));

        Assert.Equal(Sec(50), Assert.Single(_driven.HandOuts()).Deadline);
    }

    [Fact]
    public void A_message_whose_deadline_passes_is_taken_back_and_comes_again_later()
    {
        var item = Assert.Single(_driven.Holding(1, 1));
        _machine.Tick(Sec(30));

        var effects = _driven.Effects();
        Assert.Same(item, Assert.Single(effects.OfType<DeliveryEffect.Revoke>()).Item);
        var failure = Assert.Single(Assert.Single(DrivenMachine.Written(effects).Leases).Failed);
        Assert.Equal((0, 1, false), (failure.Offset, failure.Attempts, failure.Bury));
        Assert.InRange(failure.Delay, Ms(500), Sec(1));
    }

    [Fact]
    public void A_late_answer_is_refused_and_changes_nothing()
    {
        var item = Assert.Single(_driven.Holding(1, 1));
        _machine.Tick(Sec(30));
        _machine.Effects.Clear();
        var asker = new object();

        Assert.False(_machine.Ack(item.Id, asker, Sec(31)));
        Assert.False(_machine.Nack(item.Id, "no", null, null, Sec(31)));
        Assert.False(_machine.Bury(item.Id, "never", null, Sec(31)));
        Assert.False(_machine.Extend(item.Id, Sec(9), Sec(31)));

        Assert.Equal<DeliveryEffect>([new DeliveryEffect.Confirm(new Confirmation(item.Id, asker), AnswerOutcome.TooLate)], _machine.Effects);
    }

    [Theory]
    [InlineData(99, 0)]
    [InlineData(1, 7)]
    [InlineData(1, -1)]
    public void An_answer_to_what_was_never_handed_out_is_refused(long holding, int index)
    {
        _driven.Holding(1, 1);

        Assert.False(_machine.Ack(new DeliveryId(holding, index), null, Ms(1)));
    }

    [Fact]
    public void Who_extends_has_that_long_from_now_on()
    {
        var item = Assert.Single(_driven.Holding(1, 1));
        _machine.Extend(item.Id, Sec(60), Sec(29));

        _machine.Tick(Sec(30));
        Assert.Empty(_driven.Effects<DeliveryEffect.Revoke>());

        _machine.Tick(Sec(89));
        Assert.Single(_driven.Effects<DeliveryEffect.Revoke>());
    }

    [Fact]
    public void An_early_answer_makes_room_once_its_consumer_is_through()
    {
        var first = Assert.Single(_driven.Holding(1, 3));
        _machine.KeepPlace(first.Id);
        _machine.Ack(first.Id, null, Ms(1));
        Assert.Empty(_driven.HandOuts());

        _machine.FreePlace(first.Id, Ms(2));
        Assert.Equal(1, Assert.Single(_driven.HandOuts()).Event.Offset);

        _machine.FreePlace(first.Id, Ms(3));
        Assert.Empty(_driven.HandOuts());
    }

    [Fact]
    public void An_answer_that_comes_after_its_consumer_is_through_makes_room_itself()
    {
        var first = Assert.Single(_driven.Holding(1, 3));
        _machine.KeepPlace(first.Id);
        _machine.FreePlace(first.Id, Ms(1));
        Assert.Empty(_driven.HandOuts());

        _machine.Ack(first.Id, null, Ms(2));
        Assert.Equal(1, Assert.Single(_driven.HandOuts()).Event.Offset);
    }

    [Fact]
    public void A_kept_place_is_free_where_the_deadline_came_first()
    {
        var first = Assert.Single(_driven.Holding(1, 2));
        _machine.KeepPlace(first.Id);

        _machine.Tick(Sec(30));
        Assert.Equal(1, Assert.Single(_driven.HandOuts()).Event.Offset);

        _machine.FreePlace(first.Id, Sec(31));
        Assert.Empty(_driven.HandOuts());
    }

    [Fact]
    public void The_last_attempt_is_buried_not_retried()
    {
        var item = Assert.Single(_driven.Retried(attempts: 1, 4));
        _machine.Nack(item.Id, "boom", Sec(9), null, Ms(1));

        var failure = Assert.Single(_driven.Written().Retries).Failed;
        Assert.Equal((true, 2, "boom"), (failure!.Bury, failure.Attempts, failure.Why));
    }

    [Fact]
    public void What_its_consumer_buries_becomes_a_dead_letter_with_the_hand_outs_so_far()
    {
        var (fresh, asker) = (Assert.Single(_driven.Holding(1, 1)), new object());

        Assert.True(_machine.Bury(fresh.Id, "never", asker, Ms(1)));

        var batch = _driven.Written();
        Assert.Equal(new Failure(0, 1, TimeSpan.Zero, "never", Bury: true), Assert.Single(Assert.Single(batch.Leases).Failed));
        _machine.Settled(DrivenMachine.Held(batch), Ms(2));
        Assert.Equal(AnswerOutcome.Committed, Assert.Single(_driven.Effects<DeliveryEffect.Confirm>()).Outcome);
    }

    [Fact]
    public void A_retry_that_its_consumer_buries_counts_this_hand_out_too()
    {
        var machine = new DeliveryMachine(new GroupRules(Sec(30), new RetryRules(0, Sec(1), 2, Sec(10))), claimBytes: 1_000_000);
        machine.Own(true, 0, Ms(0));
        machine.Join(1, 9, Ms(0));
        machine.RetriesClaimed(Pages.Retries(6, 4), Ms(0));

        machine.Bury(Assert.Single(machine.Effects.OfType<DeliveryEffect.HandOut>()).Item.Id, "never", null, Ms(1));

        Assert.Equal(new Failure(4, 7, TimeSpan.Zero, "never", Bury: true), Assert.Single(DrivenMachine.Written(machine.Effects).Retries).Failed);
    }

    [Fact]
    public void A_nack_may_say_how_long_to_wait()
    {
        var item = Assert.Single(_driven.Holding(1, 1));
        _machine.Nack(item.Id, "later", Sec(9), null, Ms(1));

        Assert.Equal(Sec(9), Assert.Single(_driven.Written().Leases[0].Failed).Delay);
    }

    [Fact]
    public void When_the_last_consumer_leaves_what_nobody_got_goes_back_as_it_was()
    {
        _driven.Holding(1, 3);
        _machine.Leave(1, [], Ms(1));

        var failed = Assert.Single(_driven.Written().Leases).Failed;
        Assert.Equal([(0, 1), (1, 0), (2, 0)], failed.OrderBy(f => f.Offset).Select(f => ((int)f.Offset, f.Attempts)));
        Assert.All(failed, f => Assert.Equal((TimeSpan.Zero, false), (f.Delay, f.Bury)));
    }

    [Fact]
    public void Answers_that_come_together_are_written_at_once_and_in_one_batch()
    {
        var first = _driven.Holding(9, 2);
        _machine.Claimed(Pages.Of(2, 6), Ms(0));
        var second = _driven.HandOuts();

        _machine.Together(
            () =>
            {
                foreach (var item in first.Take(1).Concat(second.Take(3)))
                    Assert.True(_machine.Ack(item.Id, null, Ms(1)));
            },
            Ms(1));

        Assert.Equal([1, 3], _driven.Written().Leases.Select(lease => lease.Acked.Count).Order());
    }

    [Fact]
    public void What_a_leaver_has_not_begun_goes_back_as_it_was()
    {
        var held = _driven.Holding(3, 3);

        _machine.Leave(1, [held[1].Id, new DeliveryId(99, 0)], Ms(1));

        Assert.Equal([(0, 1), (1, 0), (2, 1)], Assert.Single(_driven.Written().Leases).Failed.OrderBy(f => f.Offset).Select(f => ((int)f.Offset, f.Attempts)));
    }

    [Fact]
    public void One_that_leaves_by_and_by_may_still_answer_and_has_left_when_that_is_written()
    {
        var held = _driven.Holding(2, 4);
        _machine.Retire(1, [held[1].Id], Ms(1));
        var first = _driven.Effects();
        Assert.DoesNotContain(first, e => e is DeliveryEffect.HandOut or DeliveryEffect.Revoke or DeliveryEffect.Left);

        Assert.True(_machine.Ack(held[0].Id, null, Ms(2)));
        var written = _driven.Effects();
        Assert.DoesNotContain(written, e => e is DeliveryEffect.Left);
        var batch = DrivenMachine.Written(written);
        Assert.Equal([1, 2, 3], batch.Leases[0].Failed.Select(f => f.Offset).Order());
        Assert.All(batch.Leases[0].Failed, f => Assert.Equal(0, f.Attempts));

        _machine.Settled(DrivenMachine.Held(batch), Ms(3));
        Assert.Contains(new DeliveryEffect.Left(1), _driven.Effects());
    }

    [Fact]
    public void One_that_leaves_by_and_by_is_not_waited_for_past_its_deadline()
    {
        _driven.Holding(1, 1);
        _machine.Retire(1, [], Ms(1));

        _machine.Tick(Sec(30));
        var late = _driven.Effects();
        Assert.Contains(late, e => e is DeliveryEffect.Revoke);
        _machine.Settled(DrivenMachine.Held(DrivenMachine.Written(late)), Sec(30));

        Assert.Contains(new DeliveryEffect.Left(1), _driven.Effects());
    }

    [Fact]
    public void While_others_consume_only_what_the_leaver_held_goes_back()
    {
        _machine.Own(true, 0, Ms(0));
        _machine.Join(1, 1, Ms(0));
        _machine.Join(2, 1, Ms(0));
        _machine.Effects.Clear();
        _machine.Claimed(Pages.Of(0, 4), Ms(0));
        var left = Assert.Single(_driven.Effects<DeliveryEffect.HandOut>(), e => e.Consumer == 2).Item;

        _machine.Leave(2, [], Ms(1));
        _machine.Tick(Ms(6));

        Assert.Equal(left.Event.Offset, Assert.Single(_driven.Written().Leases[0].Failed).Offset);
    }

    [Fact]
    public void Done_comes_when_everything_that_was_held_is_written_and_not_before()
    {
        _driven.Holding(1, 2);
        _machine.Leave(1, [], Ms(1));
        var batch = DrivenMachine.Written(_machine.Effects);
        Assert.Empty(_driven.Effects<DeliveryEffect.Done>());
        _machine.RetriesClaimed([], Ms(1));
        Assert.Empty(_driven.Effects<DeliveryEffect.Done>());

        _machine.Settled(DrivenMachine.Held(batch), Ms(2));

        Assert.Single(_driven.Effects<DeliveryEffect.Done>());
    }

    [Fact]
    public void What_retention_took_before_it_was_claimed_is_told()
    {
        _driven.Holding(1, 0);

        _machine.Claimed(Pages.Of(7, 8) with { From = 3 }, Ms(1));

        Assert.Equal(new DeliveryEffect.Jumped(3, 7), Assert.Single(_driven.Effects<DeliveryEffect.Jumped>()));
    }

    [Fact]
    public void What_retention_took_out_of_a_lease_counts_as_settled()
    {
        _driven.Holding(1, 0);

        _machine.Claimed(Pages.Of(0, 4) with { Events = [Events.At(3)] }, Ms(1));
        _machine.Tick(Ms(6));

        Assert.Equal([0, 1, 2], Assert.Single(_driven.Written().Leases).Acked);
    }

    [Fact]
    public void A_retry_is_looked_for_when_it_comes_due()
    {
        var item = Assert.Single(_driven.Holding(1, 1));
        _machine.RetriesClaimed([], Ms(0));
        _machine.Nack(item.Id, "no", Sec(3), null, Ms(0));
        _machine.Settled(DrivenMachine.Held(_driven.Written()), Ms(10));

        Assert.Equal(Sec(3) + Ms(10), _machine.NextTick);
        _machine.Tick(Sec(3) + Ms(10));
        Assert.Single(_driven.Effects<DeliveryEffect.ClaimRetries>());
    }

    [Fact]
    public void A_stream_of_fresh_messages_does_not_starve_a_retry()
    {
        var item = Assert.Single(_driven.Holding(1, 50));
        _machine.RetriesClaimed([], Ms(0));
        _machine.Nack(item.Id, "no", Ms(100), null, Ms(0));
        var next = Assert.Single(_driven.HandOuts());
        _machine.Tick(Ms(5));
        _machine.Settled(DrivenMachine.Held(_driven.Written()), Ms(6));

        _machine.Tick(Ms(106));
        Assert.Single(_driven.Effects<DeliveryEffect.ClaimRetries>());
        _machine.RetriesClaimed(Pages.Retries(1, 0), Ms(107));
        _machine.Ack(next.Id, null, Ms(108));

        Assert.Equal((0, 2), _driven.HandOuts().Select(again => ((int)again.Event.Offset, again.Attempt)).Single());
    }
}
