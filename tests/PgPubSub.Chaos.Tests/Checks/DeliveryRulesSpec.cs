using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>Each rule about handing out is seen red, by a breach that is planted in a good run, and no other rule with it unless it says so.</summary>
public sealed class DeliveryRulesSpec
{
    private const long Second = GoodRun.Second;

    private readonly GoodRun _run = new();

    [Fact]
    public void An_event_that_nobody_handled_is_found()
    {
        _run.First.RemoveAll(fact => fact.Offset == 0);

        _run.Breaks("Handled");
    }

    [Fact]
    public void An_event_that_was_only_nacked_is_found()
    {
        _run.Other.RemoveAll(fact => fact.Offset == 1);

        _run.Breaks("Handled");
    }

    [Fact]
    public void An_event_that_is_not_what_the_log_holds_is_found()
    {
        _run.Log[0] = _run.Log[0] with { EventId = Guid.NewGuid() };

        _run.Breaks("ConfirmedIsThere", "HandedOutIsThere");
    }

    [Fact]
    public void An_attempt_that_is_handed_out_twice_is_found()
    {
        GoodRun.Gets(_run.Other, 2, 1, 1 * Second + 2);

        _run.Breaks("AttemptsRise", "Explained"); // the first of them has no reason to be followed so soon
    }

    [Fact]
    public void A_lower_attempt_that_settles_after_a_higher_one_was_handed_out_is_found()
    {
        GoodRun.Does(_run.First, Note.Acked, 2, 1, 5 * Second);
        GoodRun.Does(_run.First, Note.AckConfirmed, 2, 1, 6 * Second);

        _run.Breaks("ConfirmedIsOver");
    }

    [Fact]
    public void A_lower_attempt_that_is_read_later_and_settles_is_found()
    {
        _run.First.RemoveAll(fact => fact.Offset == 2);
        GoodRun.Handles(_run.First, 2, 1, 7 * Second);

        _run.Breaks("AttemptsRise", "ConfirmedIsOver");
    }

    [Fact]
    public void A_confirmed_ack_that_is_followed_by_a_hand_out_is_found()
    {
        GoodRun.Gets(_run.Other, 0, 2, 25 * Second);

        _run.Breaks("ConfirmedIsOver");
    }

    [Fact]
    public void A_confirmed_burial_that_is_followed_by_a_hand_out_is_found()
    {
        GoodRun.Gets(_run.Other, 5, 2, 25 * Second);

        _run.Breaks("ConfirmedIsOver");
    }
}
