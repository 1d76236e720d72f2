using PgPubSub.Core.Faults;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Publishing;

/// <summary>What a publish machine does when an append fails.</summary>
public sealed class PublishMachineFaultSpec
{
    private readonly DrivenPublisher _driven = new();
    private readonly PublishMachine _machine;

    public PublishMachineFaultSpec() => _machine = _driven.Machine;

    [Fact]
    public void A_batch_whose_outcome_is_unknown_is_sent_again_as_it_was_with_the_tail_known_before()
    {
        var first = _driven.Send();
        _driven.Offer();
        _machine.AppendFailed(FaultKind.Unknown, "lost", Ms(0));
        _machine.Wake(50);
        Assert.Equal(Ms(50), _machine.NextTick);

        _machine.Tick(Ms(50));

        var again = _driven.Appends();
        Assert.Equal((first.KnownTail, first.Events), (again.KnownTail, again.Events));
    }

    [Fact]
    public void A_batch_that_was_not_written_for_sure_goes_out_with_the_newest_tail()
    {
        _driven.Send();
        _machine.AppendFailed(FaultKind.Transient, "busy", Ms(0));
        _machine.Wake(50);

        _machine.Tick(Ms(50));

        Assert.Equal(50, _driven.Appends().KnownTail);
    }

    [Fact]
    public void Of_a_refused_batch_only_the_guilty_one_is_rejected_and_the_order_stays()
    {
        _driven.Send();
        PublishUnit[] units = [_driven.Offer(), _driven.Offer(), _driven.Offer()];
        _machine.Appended(new AppendOutcome(7), Ms(1));
        _driven.Effects();
        var last = _driven.Offer();

        _machine.AppendFailed(FaultKind.Refused, "bad", Ms(2));
        Assert.Equal(units[0].Events, _driven.Appends().Events);
        _machine.Appended(new AppendOutcome(8), Ms(3));
        Assert.Equal(units[1].Events, _driven.Appends().Events);

        _machine.AppendFailed(FaultKind.Refused, "bad", Ms(4));
        var effects = _driven.Effects();
        Assert.Equal(new PublishEffect.Rejected(units[1], "bad", CanRetry: false), Assert.Single(effects.OfType<PublishEffect.Rejected>()));
        Assert.Equal(units[2].Events, Assert.Single(effects.OfType<PublishEffect.Append>()).Events);
        _machine.Appended(new AppendOutcome(9), Ms(5));
        Assert.Equal(last.Events, _driven.Appends().Events);
    }

    [Fact]
    public void Singles_of_a_batch_that_was_in_doubt_are_looked_for_from_the_tail_known_before_it()
    {
        _driven.Send();
        _driven.Offer();
        _driven.Offer();
        _machine.Appended(new AppendOutcome(7), Ms(1));
        _driven.Effects();
        _machine.AppendFailed(FaultKind.Unknown, "lost", Ms(2));
        _machine.Wake(50);
        _machine.Tick(Ms(60));
        Assert.Equal(8, _driven.Appends().KnownTail);

        _machine.AppendFailed(FaultKind.Refused, "bad", Ms(61));

        Assert.Equal(8, _driven.Appends().KnownTail);
        _machine.Appended(new AppendOutcome(8), Ms(62));
        Assert.Equal(8, _driven.Appends().KnownTail);
    }

    [Fact]
    public void Where_retention_has_passed_what_an_earlier_send_may_have_written_the_outcome_is_unknown()
    {
        _driven.Send();
        _machine.AppendFailed(FaultKind.Unknown, "lost", Ms(0));
        _machine.Tick(Ms(50));
        _driven.Effects();

        _machine.Appended(new AppendOutcome(null), Ms(51));

        var rejected = Assert.IsType<PublishEffect.Rejected>(Assert.Single(_driven.Effects()));
        Assert.False(rejected.CanRetry);
        Assert.Contains("unknown", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_retention_has_passed_the_known_tail_of_a_first_send_a_fresh_tail_is_read()
    {
        var first = _driven.Send();

        _machine.Appended(new AppendOutcome(null), Ms(1));
        Assert.IsType<PublishEffect.Open>(Assert.Single(_driven.Effects()));
        _machine.Opened(new TopicState(DrivenPublisher.Topic, 90, 95), Ms(2));

        var again = _driven.Appends();
        Assert.Equal((95, first.Events), (again.KnownTail, again.Events));
    }

    [Fact]
    public void A_schema_that_can_not_be_used_rejects_what_waits_and_it_may_be_sent_again()
    {
        _driven.Offer();
        _driven.Offer();
        _driven.Effects();

        _machine.OpenFailed(FaultKind.Schema, "no schema", Ms(0));

        Assert.All(_driven.Effects(), e => Assert.True(Assert.IsType<PublishEffect.Rejected>(e).CanRetry));
        Assert.True(_machine.IsIdle);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_publisher_that_stops_says_of_what_may_be_written_that_it_is_unknown(bool between)
    {
        _driven.Send();
        _driven.Offer();
        if (between)
            _machine.AppendFailed(FaultKind.Unknown, "lost", Ms(0));

        _machine.Abandon();

        Assert.Equal([false, true], _driven.Effects().Cast<PublishEffect.Rejected>().Select(e => e.CanRetry));
    }
}
