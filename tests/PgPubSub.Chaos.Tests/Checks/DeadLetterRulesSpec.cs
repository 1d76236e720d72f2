using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>Each rule about the end of an event is seen red, by a breach that is planted in a good run, and no other rule with it unless it says so.</summary>
public sealed class DeadLetterRulesSpec
{
    private const long Second = GoodRun.Second;

    private readonly GoodRun _run = new();

    [Fact]
    public void An_attempt_too_many_is_found()
    {
        for (var attempt = 1; attempt <= 7; attempt++)
            GoodRun.Nacks(_run.First, 0, attempt + 1, 2 * Second + attempt * 10);
        _run.First.RemoveAll(fact => fact is { Offset: 0, Attempt: 1 });
        GoodRun.Does(_run.First, Note.Acked, 0, 8, 3 * Second);

        _run.Breaks("AttemptsEnd");
    }

    [Fact]
    public void A_dead_letter_without_a_reason_is_found()
    {
        _run.Dead.Add(new DeadRow(0, 1));

        _run.Breaks("DeadOnce");
    }

    [Fact]
    public void A_dead_letter_that_is_there_twice_is_found()
    {
        _run.Dead.Add(new DeadRow(5, 1));

        _run.Breaks("DeadOnce");
    }

    [Fact]
    public void A_confirmed_burial_without_a_dead_letter_is_found()
    {
        _run.Dead.Clear();

        _run.Breaks("Handled", "DeadOnce");
    }
}
