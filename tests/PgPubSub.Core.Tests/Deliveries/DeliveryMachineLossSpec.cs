using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>What a delivery machine does when its node, its lease or a reply is lost.</summary>
public sealed class DeliveryMachineLossSpec
{
    private readonly DrivenMachine _driven = new();
    private readonly DeliveryMachine _machine;

    public DeliveryMachineLossSpec() => _machine = _driven.Machine;

    [Fact]
    public void A_suspended_node_hands_out_nothing_until_it_goes_on()
    {
        _machine.Own(true, 0, Ms(0));
        _machine.Join(1, 3, Ms(0));
        _machine.Suspend(true, Ms(0));
        _machine.Effects.Clear();

        _machine.Claimed(Pages.Of(0, 2), Ms(1));
        Assert.Empty(_driven.Effects());

        _machine.Suspend(false, Ms(2));
        Assert.Equal(2, _driven.HandOuts().Count);
    }

    [Fact]
    public void A_node_that_lost_its_registration_takes_everything_back_and_answers_everybody()
    {
        var items = _driven.Holding(4, 4);
        var (writing, gathered) = (new object(), new object());
        _machine.Ack(items[0].Id, writing, Ms(0));
        _machine.Tick(Ms(5));
        _machine.Ack(items[1].Id, gathered, Ms(6));
        _machine.Effects.Clear();

        _machine.Own(false, 4, Ms(7));

        var effects = _driven.Effects();
        Assert.Equal([items[2], items[3]], effects.OfType<DeliveryEffect.Revoke>().Select(e => e.Item));
        Assert.Equal(
            [(writing, AnswerOutcome.Unknown), (gathered, AnswerOutcome.TooLate)],
            effects.OfType<DeliveryEffect.Confirm>().Select(e => (e.To.Asker, e.Outcome)).OrderByDescending(e => e.Outcome));
        Assert.Single(effects.OfType<DeliveryEffect.Release>());
        Assert.False(_machine.Ack(items[2].Id, null, Ms(8)));
        Assert.Equal(0, _machine.InFlight);
    }

    [Fact]
    public void What_was_taken_back_leaves_its_room_in_the_windows()
    {
        _driven.Holding(2, 2);
        _machine.Own(false, 2, Ms(1));
        _machine.Own(true, 2, Ms(2));
        _driven.Effects();

        _machine.Claimed(Pages.Of(2, 5), Ms(3));

        Assert.Equal(2, _driven.HandOuts().Count);
    }

    [Fact]
    public void A_confirmed_ack_is_confirmed_after_the_commit()
    {
        var item = Assert.Single(_driven.Holding(1, 1));
        var asker = new object();
        _machine.Ack(item.Id, asker, Ms(0));
        var batch = DrivenMachine.Written(_machine.Effects);
        Assert.Empty(_driven.Effects<DeliveryEffect.Confirm>());

        _machine.Settled(DrivenMachine.Held(batch), Ms(1));

        Assert.Equal(new DeliveryEffect.Confirm(new Confirmation(item.Id, asker), AnswerOutcome.Committed), Assert.Single(_driven.Effects<DeliveryEffect.Confirm>()));
    }

    [Theory]
    [InlineData(FaultKind.Unknown, AnswerOutcome.Unknown)]
    [InlineData(FaultKind.Transient, AnswerOutcome.TooLate)]
    public void A_lease_that_is_gone_at_a_repeat_is_unknown_only_where_the_first_write_may_have_done_it(FaultKind kind, object outcome)
    {
        var item = Assert.Single(_driven.Holding(1, 1));
        _machine.Ack(item.Id, new object(), Ms(0));
        _machine.SettleFailed(kind, Ms(0));
        _machine.Effects.Clear();
        _machine.Tick(Ms(50));

        _machine.Settled(DrivenMachine.Lost(_driven.Written()), Ms(51));

        Assert.Equal(outcome, Assert.Single(_driven.Effects<DeliveryEffect.Confirm>()).Outcome);
    }

    [Fact]
    public void A_lost_lease_takes_back_what_is_out_of_it()
    {
        var items = _driven.Holding(3, 3);
        _machine.Ack(items[0].Id, null, Ms(0));
        _machine.Tick(Ms(5));

        _machine.Settled(DrivenMachine.Lost(_driven.Written()), Ms(6));

        var effects = _driven.Effects();
        Assert.Equal([items[1], items[2]], effects.OfType<DeliveryEffect.Revoke>().Select(e => e.Item));
        Assert.Single(effects.OfType<DeliveryEffect.Release>());
    }

    [Fact]
    public void A_retry_that_was_settled_by_a_lost_write_does_not_take_the_others_of_its_claim_along()
    {
        var items = _driven.Retried(attempts: 1, 4, 5);
        _machine.Ack(items[0].Id, null, Ms(0));
        _machine.Tick(Ms(5));
        _machine.SettleFailed(FaultKind.Unknown, Ms(6));
        _machine.Effects.Clear();
        _machine.Tick(Ms(60));

        _machine.Settled(DrivenMachine.Lost(_driven.Written()), Ms(61));

        Assert.Empty(_driven.Effects());
        Assert.True(_machine.Ack(items[1].Id, null, Ms(62)));
    }
}
