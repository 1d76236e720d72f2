using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>Each rule is seen red, by a breach that is planted in a good run, and no other rule with it unless it says so.</summary>
public sealed class CheckerSpec
{
    private const long Second = GoodRun.Second;

    private readonly GoodRun _run = new();

    [Fact]
    public void A_good_run_breaks_no_rule() => Assert.Empty(Checker.Check(_run.Evidence));

    [Fact]
    public void A_good_runs_repetitions_have_each_its_reason()
    {
        var reasons = DeliveryRules.Reasons(_run.Evidence);

        Assert.Equal([Explanation.Nack, Explanation.Deadline, Explanation.Death, Explanation.LostConfirmation], reasons.Keys.Order());
        Assert.All(reasons.Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public void A_confirmed_event_that_is_missing_at_the_end_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Publisher.Add(new Fact(Note.Published, 2, GoodRun.Topic, 999, 6, Guid.NewGuid()));

        Broken("ConfirmedIsThere");
    }

    [Fact]
    public void A_confirmed_event_under_another_id_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Published, 9, GoodRun.Topic, GoodRun.Number(0), 0, Guid.NewGuid()));

        Broken("ConfirmedIsThere");
    }

    [Fact]
    public void An_event_that_is_stored_twice_is_found()
    {
        Store(6, GoodRun.Number(0), Guid.NewGuid());

        Broken("StoredOnce");
    }

    [Fact]
    public void An_id_that_is_stored_twice_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        Store(6, 999, GoodRun.Id(0));

        Broken("StoredOnce");
    }

    [Fact]
    public void An_event_that_nobody_sent_is_found()
    {
        Store(6, 999, Guid.NewGuid());

        Broken("StoredWasSent");
    }

    [Fact]
    public void An_event_that_was_rejected_and_is_stored_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Publisher.Add(new Fact(Note.Rejected, 2, GoodRun.Topic, 999));
        Store(6, 999, Guid.NewGuid());

        Broken("RejectedIsNotThere");
    }

    [Fact]
    public void An_event_whose_outcome_is_unknown_may_be_stored_or_not()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 998));
        _run.Publisher.Add(new Fact(Note.Doubtful, 2, GoodRun.Topic, 998));
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Publisher.Add(new Fact(Note.Doubtful, 2, GoodRun.Topic, 999));
        Store(6, 999, Guid.NewGuid());

        Assert.Empty(Checker.Check(_run.Evidence));
    }

    [Fact]
    public void A_gap_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        Store(7, 999, Guid.NewGuid());

        Broken("Gapless");
    }

    [Fact]
    public void A_time_that_goes_back_is_found()
    {
        _run.Log[3] = _run.Log[3] with { PublishedAt = 0 };

        Broken("Gapless");
    }

    [Fact]
    public void An_event_that_nobody_handled_is_found()
    {
        _run.First.RemoveAll(fact => fact.Offset == 0);

        Broken("Handled");
    }

    [Fact]
    public void An_event_that_was_only_nacked_is_found()
    {
        _run.Other.RemoveAll(fact => fact.Offset == 1);

        Broken("Handled");
    }

    [Fact]
    public void An_event_that_is_not_what_the_log_holds_is_found()
    {
        _run.Log[0] = _run.Log[0] with { EventId = Guid.NewGuid() };

        Broken("ConfirmedIsThere", "HandedOutIsThere");
    }

    [Fact]
    public void An_attempt_that_is_handed_out_twice_is_found()
    {
        GoodRun.Gets(_run.Other, 2, 1, 1 * Second + 2);

        Broken("AttemptsRise", "Explained"); // the first of them has no reason to be followed so soon
    }

    [Fact]
    public void A_lower_attempt_that_settles_after_a_higher_one_was_handed_out_is_found()
    {
        GoodRun.Does(_run.First, Note.Acked, 2, 1, 5 * Second);
        GoodRun.Does(_run.First, Note.AckConfirmed, 2, 1, 6 * Second);

        Broken("ConfirmedIsOver");
    }

    [Fact]
    public void A_lower_attempt_that_is_read_later_and_settles_is_found()
    {
        _run.First.RemoveAll(fact => fact.Offset == 2);
        GoodRun.Handles(_run.First, 2, 1, 7 * Second);

        Broken("AttemptsRise", "ConfirmedIsOver");
    }

    [Fact]
    public void A_lower_attempt_that_a_frozen_member_reads_later_and_does_not_settle_is_no_breach()
    {
        _run.First.RemoveAll(fact => fact.Offset == 2);
        _run.Scene.Add(new Fact(Note.Frozen, 3 * Second, "member-1", 1));
        _run.Scene.Add(new Fact(Note.Continued, 7 * Second, "member-1", 1));
        GoodRun.Gets(_run.First, 2, 1, 7 * Second + 1);

        Assert.Empty(Checker.Check(_run.Evidence));
    }

    [Theory]
    [InlineData(1, nameof(Note.Nacked))] // it was not nacked
    [InlineData(4, nameof(Note.Acked))] // it was not acked, and so no confirmation was lost
    public void A_repetition_whose_reason_is_taken_away_is_found(long offset, string word)
    {
        var reason = Enum.Parse<Note>(word);
        Assert.Contains(_run.First.Concat(_run.Other), fact => fact.Offset == offset && fact.What == reason && fact.Attempt == 1);
        foreach (var member in new[] { _run.First, _run.Other })
            member.RemoveAll(fact => fact.Offset == offset && fact.What == reason && fact.Attempt == 1);

        Broken("Explained");
    }

    [Fact]
    public void A_repetition_before_the_deadline_is_found()
    {
        _run.First.RemoveAll(fact => fact.Offset == 2);
        GoodRun.Gets(_run.First, 2, 1, 3 * Second);

        Broken("Explained");
    }

    [Fact]
    public void A_repetition_after_a_death_that_did_not_happen_is_found()
    {
        _run.Scene.RemoveAll(fact => fact.What is Note.Killed);
        _run.First[^1] = _run.First[^1] with { At = 12 * Second };

        Broken("Explained");
    }

    [Fact]
    public void A_lost_confirmation_before_anything_went_wrong_is_found()
    {
        _run.Scene[_run.Scene.FindIndex(fact => fact.What is Note.FaultBegan)] = new Fact(Note.FaultBegan, 19 * Second);

        Broken("Explained");
    }

    [Fact]
    public void A_lost_lease_is_a_reason_only_after_something_went_wrong()
    {
        _run.Other.RemoveAll(fact => fact.Offset == 4 && fact.What is Note.Acked && fact.Attempt == 1);
        GoodRun.Does(_run.Other, Note.Revoked, 4, 1, 14 * Second + 2);

        Assert.Empty(Checker.Check(_run.Evidence));
        _run.Scene[_run.Scene.FindIndex(fact => fact.What is Note.FaultBegan)] = new Fact(Note.FaultBegan, 19 * Second);
        Broken("Explained");
    }

    [Fact]
    public void A_confirmed_ack_that_is_followed_by_a_hand_out_is_found()
    {
        GoodRun.Gets(_run.Other, 0, 2, 25 * Second);

        Broken("ConfirmedIsOver");
    }

    [Fact]
    public void A_confirmed_burial_that_is_followed_by_a_hand_out_is_found()
    {
        GoodRun.Gets(_run.Other, 5, 2, 25 * Second);

        Broken("ConfirmedIsOver");
    }

    [Fact]
    public void An_attempt_too_many_is_found()
    {
        for (var attempt = 1; attempt <= 7; attempt++)
            GoodRun.Nacks(_run.First, 0, attempt + 1, 2 * Second + attempt);
        _run.First.RemoveAll(fact => fact is { Offset: 0, Attempt: 1 });
        GoodRun.Does(_run.First, Note.Acked, 0, 8, 3 * Second);

        Broken("AttemptsEnd");
    }

    [Fact]
    public void A_dead_letter_without_a_reason_is_found()
    {
        _run.Dead.Add(new DeadRow(0, 1));

        Broken("DeadOnce");
    }

    [Fact]
    public void A_dead_letter_that_is_there_twice_is_found()
    {
        _run.Dead.Add(new DeadRow(5, 1));

        Broken("DeadOnce");
    }

    [Fact]
    public void A_confirmed_burial_without_a_dead_letter_is_found()
    {
        _run.Dead.Clear();

        Broken("Handled", "DeadOnce");
    }

    [Theory]
    [InlineData(5, 0, 0)]
    [InlineData(7, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(6, 0, 1)]
    public void Work_that_is_left_is_found(long cursor, long leases, long retries)
    {
        (_run.Cursor, _run.Leases, _run.Retries) = (cursor, leases, retries);

        Broken("Finished");
    }

    private void Broken(params string[] rules) =>
        Assert.Equal(rules.Order(), Checker.Check(_run.Evidence).Select(breach => breach.Split(':')[0]).Distinct().Order());

    // An event that somebody handled, and that the group has claimed.
    private void Store(long offset, long number, Guid id)
    {
        _run.Log.Add(new LogRow(offset, id, number, 20));
        _run.Cursor = _run.Log.Count;
        foreach (var (what, at) in new[] { (Note.HandedOut, 1L), (Note.Acked, 2L), (Note.AckConfirmed, 3L) })
            _run.First.Add(new Fact(what, at, GoodRun.Topic, number, offset, id, 1));
    }
}
