using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>A repetition is explained by what happened to it, never by the time in which it happened: all of these are planted while a fault strikes.</summary>
public sealed class ExplanationSpec
{
    private const long Second = GoodRun.Second;

    private readonly GoodRun _run = new();

    [Fact]
    public void A_repetition_whose_nack_is_taken_away_is_found()
    {
        _run.First.RemoveAll(fact => fact is { Offset: 1, What: Note.Nacked });

        _run.Breaks("Explained");
    }

    [Fact]
    public void A_repetition_before_the_deadline_is_found()
    {
        _run.First.RemoveAll(fact => fact.Offset == 2);
        GoodRun.Gets(_run.First, 2, 1, 3 * Second);

        _run.Breaks("Explained");
    }

    [Fact]
    public void A_repetition_after_a_death_without_a_takeover_is_found()
    {
        _run.TakeNoNodesOver();

        Assert.Contains(_run.Scene, fact => fact.What is Note.Killed);
        _run.Breaks("Explained");
    }

    [Fact]
    public void A_repetition_before_its_node_was_taken_over_is_found()
    {
        _run.First.RemoveAll(fact => fact.Offset == 3);
        _run.Other.RemoveAll(fact => fact.Offset == 3);
        GoodRun.Gets(_run.First, 3, 1, 11 * Second);
        GoodRun.Handles(_run.Other, 3, 2, 12 * Second);

        _run.Breaks("Explained");
    }

    [Fact]
    public void A_repetition_after_another_nodes_takeover_is_found()
    {
        _run.Scene.RemoveAll(fact => fact is { Topic: "member-1", What: Note.NodeStood or Note.NodeGone });
        _run.First.RemoveAll(fact => fact.Offset == 3);
        _run.Other.RemoveAll(fact => fact.Offset == 3);
        GoodRun.Handles(_run.First, 3, 1, 11 * Second);
        _run.Breaks();
        Repeats(_run.First, _run.Other, 0, 14 * Second, 16 * Second); // it is member-2's node that was taken over between the two

        _run.Breaks("Explained");
    }

    [Fact]
    public void What_was_handed_out_under_the_next_node_is_not_explained_by_the_takeover_of_the_one_before()
    {
        Repeats(_run.Other, _run.First, 0, 16 * Second, 17 * Second);

        _run.Breaks("Explained");
    }

    [Fact]
    public void What_was_handed_out_long_after_its_node_was_taken_over_is_not_explained_by_that()
    {
        _run.Scene.RemoveAll(fact => fact is { What: Note.NodeAppeared, At: > 0 });
        Repeats(_run.Other, _run.First, 0, 17 * Second, 18 * Second);
        Assert.Empty(Checker.Check(_run.Evidence)); // it had not said for the time-to-live that it lives, and could not know better
        _run.First.RemoveAll(fact => fact is { Offset: 0, Attempt: 2 });
        _run.Other.RemoveAll(fact => fact is { Offset: 0, Attempt: 1 });
        Repeats(_run.Other, _run.First, 0, 19 * Second, 20 * Second);

        _run.Breaks("Explained");
    }

    [Fact]
    public void A_refused_answer_without_a_takeover_is_no_reason()
    {
        _run.TakeNoNodesOver();
        foreach (var what in new[] { Note.Refused, Note.Revoked })
            GoodRun.Does(_run.Other, what, 4, 1, 14 * Second + 2);
        GoodRun.Nacks(_run.First, 3, 1, 11 * Second);

        _run.Breaks("AttemptsRise", "Explained"); // of 3 there are two first attempts now
        Assert.Contains(Checker.Check(_run.Evidence), breach => breach.StartsWith("Explained", StringComparison.Ordinal) && breach.Contains("at 4", StringComparison.Ordinal));
    }

    [Fact]
    public void A_nack_after_the_repetition_is_no_reason_for_it()
    {
        _run.First.RemoveAll(fact => fact.Offset == 1);
        GoodRun.Gets(_run.First, 1, 1, 1 * Second);
        GoodRun.Does(_run.First, Note.Nacked, 1, 1, 2 * Second + 1);

        _run.Breaks("Explained");
    }

    [Theory]
    [InlineData(nameof(Note.Acked))]
    [InlineData(nameof(Note.Buried))]
    public void What_was_answered_in_time_has_not_missed_its_deadline(string answer)
    {
        GoodRun.Does(_run.First, Enum.Parse<Note>(answer), 2, 1, 1 * Second + 1);

        _run.Breaks("Explained");
    }

    [Fact]
    public void A_delivery_that_a_member_came_to_late_has_missed_its_deadline_by_as_much_as_it_did_not_read()
    {
        _run.First.RemoveAll(fact => fact.Offset == 2);
        GoodRun.Handles(_run.First, 2, 1, 3 * Second);
        _run.First.RemoveAll(fact => fact is { Offset: 2, What: Note.AckConfirmed });
        _run.Breaks("Explained");

        Ticks(from: 0, to: 2 * Second);
        Ticks(from: 3 * Second - 1, to: 9 * Second);
        _run.Breaks("Explained"); // one second of two

        _run.First.RemoveAll(fact => fact.What is Note.Ticked);
        Ticks(from: 0, to: 1 * Second);
        Ticks(from: 3 * Second - 1, to: 9 * Second);
        _run.Breaks();
    }

    [Fact]
    public void What_a_process_that_is_not_warm_takes_back_in_its_time_has_missed_its_deadline()
    {
        GoodRun.Does(_run.First, Note.Acked, 2, 1, 1 * Second + 1);
        GoodRun.Does(_run.First, Note.Revoked, 2, 1, 3 * Second);
        _run.Breaks("Explained");
        _run.WarmAfter = 3;
        _run.Breaks();
        _run.Publisher[_run.Publisher.FindIndex(fact => fact.What is Note.Sent && fact.Number == GoodRun.Number(2))] = new Fact(Note.Sent, 2 * Second, GoodRun.Topic, GoodRun.Number(2));
        _run.Breaks("Explained"); // sent later than a deadline before
    }

    [Fact]
    public void A_lower_attempt_that_a_frozen_member_reads_after_its_takeover_is_no_breach()
    {
        _run.First.RemoveAll(fact => fact.Offset == 3);
        GoodRun.Gets(_run.First, 3, 1, 15 * Second);

        _run.Breaks();
    }

    // Acked and never confirmed; the other member gets it again.
    private static void Repeats(List<Fact> member, List<Fact> other, long offset, long at, long again)
    {
        member.RemoveAll(fact => fact.Offset == offset);
        other.RemoveAll(fact => fact.Offset == offset);
        GoodRun.Gets(member, offset, 1, at);
        GoodRun.Does(member, Note.Acked, offset, 1, at + 1);
        GoodRun.Handles(other, offset, 2, again);
    }

    private void Ticks(long from, long to)
    {
        for (var at = from; at <= to; at += Second / 10)
            _run.First.Add(new Fact(Note.Ticked, at));
    }
}
