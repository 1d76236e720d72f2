using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Publishing;

public sealed class PublishMachineSpec
{
    private readonly DrivenPublisher _driven = new();
    private readonly PublishMachine _machine;

    public PublishMachineSpec() => _machine = _driven.Machine;

    [Fact]
    public void The_topic_is_found_before_the_first_append()
    {
        var unit = _driven.Offer();
        Assert.IsType<PublishEffect.Open>(Assert.Single(_driven.Effects()));

        _machine.Opened(new TopicState(DrivenPublisher.Topic, 0, 7), Ms(0));

        var append = _driven.Appends();
        Assert.Equal((DrivenPublisher.Topic, 7), (append.Topic, append.KnownTail));
        Assert.Equal(unit.Events, append.Events);
    }

    [Fact]
    public void What_arrives_during_an_append_goes_out_together_in_the_next()
    {
        _driven.Send();
        PublishUnit[] later = [_driven.Offer(), _driven.Offer()];
        Assert.Empty(_driven.Effects());

        _machine.Appended(new AppendOutcome(7), Ms(1));

        var append = _driven.Appends();
        Assert.Equal(later.SelectMany(u => u.Events), append.Events);
        Assert.Equal(8, append.KnownTail);
    }

    [Fact]
    public void Units_that_come_together_go_out_together_and_what_has_no_room_follows_in_order()
    {
        _driven.Send();
        _machine.Appended(new AppendOutcome(7), Ms(0));
        _driven.Effects();
        PublishUnit[] units = [Unit(2), Unit(2), Unit(150), Unit(150), Unit(2), Unit(300)];

        _machine.Offer(units, Ms(0));
        var single = _driven.Offer();

        var effects = _driven.Effects();
        Assert.Equal([(units[5], false), (single, true)], effects.OfType<PublishEffect.Rejected>().Select(e => (e.Unit, e.CanRetry)));
        Assert.Equal([.. units[0].Events, .. units[1].Events], Assert.Single(effects.OfType<PublishEffect.Append>()).Events);
        _machine.Appended(new AppendOutcome(8), Ms(1));
        Assert.Equal(units[2].Events, _driven.Appends().Events);
        _machine.Appended(new AppendOutcome(10), Ms(2));
        Assert.Equal(units[3].Events, _driven.Appends().Events);
        _machine.Appended(new AppendOutcome(11), Ms(3));
        Assert.Equal(units[4].Events, _driven.Appends().Events);

        static PublishUnit Unit(int bytes) => new([Events.New(bytes)], new object());
    }

    [Fact]
    public void What_follows_as_room_is_made_is_bounded_too_and_rejected_with_the_rest()
    {
        _driven.Send();
        PublishUnit[] units = [.. Enumerable.Range(0, 16).Select(_ => new PublishUnit([Events.New(2)], new object()))];

        _machine.Offer(units, Ms(0));
        Assert.Same(units[15], Assert.Single(_driven.Effects().OfType<PublishEffect.Rejected>()).Unit);
        _machine.Abandon();

        Assert.Equal(units[..15], _driven.Effects().OfType<PublishEffect.Rejected>().Skip(1).Select(e => e.Unit));
    }

    [Fact]
    public void A_batch_is_bounded_by_its_events_and_by_its_bytes()
    {
        _driven.Send();
        for (var i = 0; i < 5; i++)
            _driven.Offer(bytes: i < 3 ? 2 : 60);

        _machine.Appended(new AppendOutcome(7), Ms(1));
        Assert.Equal(3, _driven.Appends().Events.Count);

        _machine.Appended(new AppendOutcome(8), Ms(1));
        Assert.Single(_driven.Appends().Events);
    }

    [Fact]
    public void A_unit_that_is_larger_than_a_batch_goes_alone_and_whole()
    {
        _driven.Send();
        var large = _driven.Offer(events: 5);
        _driven.Offer();

        _machine.Appended(new AppendOutcome(7), Ms(1));

        Assert.Equal(large.Events, _driven.Appends().Events);
    }

    [Fact]
    public void Each_unit_hears_the_offset_of_its_first_event()
    {
        _driven.Send();
        var (two, one) = (_driven.Offer(events: 2), _driven.Offer());
        _machine.Appended(new AppendOutcome(7), Ms(1));
        _driven.Effects();

        _machine.Appended(new AppendOutcome(20), Ms(2));

        Assert.Equal<PublishEffect>(
            [new PublishEffect.Published(two, 20), new PublishEffect.Published(one, 22), new PublishEffect.Committed(new TopicTail(DrivenPublisher.Topic, 23))], _driven.Effects());
    }

    [Fact]
    public void Past_the_bound_a_publish_is_rejected_at_once_and_may_be_sent_again()
    {
        _driven.Send();
        _driven.Offer(events: 5);
        var tooMany = _driven.Offer(events: 3);

        var rejected = Assert.IsType<PublishEffect.Rejected>(Assert.Single(_driven.Effects()));
        Assert.Equal((tooMany, true), (rejected.Unit, rejected.CanRetry));

        _driven.Offer(events: 2);
        Assert.Empty(_driven.Effects());
    }

    [Fact]
    public void A_publish_that_can_never_fit_is_rejected_for_good()
    {
        _driven.Offer(bytes: 1_000_000);
        Assert.False(Assert.IsType<PublishEffect.Rejected>(Assert.Single(_driven.Effects())).CanRetry);
    }
}
