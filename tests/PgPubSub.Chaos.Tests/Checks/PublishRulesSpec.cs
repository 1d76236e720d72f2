using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>Each rule about publishing is seen red, by a breach that is planted in a good run, and no other rule with it unless it says so.</summary>
public sealed class PublishRulesSpec
{
    private readonly GoodRun _run = new();

    [Fact]
    public void A_confirmed_event_that_is_missing_at_the_end_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Publisher.Add(new Fact(Note.Published, 2, GoodRun.Topic, 999, 6, Guid.NewGuid()));

        _run.Breaks("ConfirmedIsThere");
    }

    [Fact]
    public void A_confirmed_event_under_another_id_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Published, 9, GoodRun.Topic, GoodRun.Number(0), 0, Guid.NewGuid()));

        _run.Breaks("ConfirmedIsThere");
    }

    [Fact]
    public void An_event_that_is_stored_twice_is_found()
    {
        _run.Store(6, GoodRun.Number(0), Guid.NewGuid());

        _run.Breaks("StoredOnce");
    }

    [Fact]
    public void An_id_that_is_stored_twice_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Store(6, 999, GoodRun.Id(0));

        _run.Breaks("StoredOnce");
    }

    [Fact]
    public void An_event_that_nobody_sent_is_found()
    {
        _run.Store(6, 999, Guid.NewGuid());

        _run.Breaks("StoredWasSent");
    }

    [Fact]
    public void An_event_that_was_rejected_and_is_stored_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Publisher.Add(new Fact(Note.Rejected, 2, GoodRun.Topic, 999));
        _run.Store(6, 999, Guid.NewGuid());

        _run.Breaks("RejectedIsNotThere");
    }

    [Fact]
    public void An_event_whose_outcome_is_unknown_may_be_stored_or_not()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 998));
        _run.Publisher.Add(new Fact(Note.Doubtful, 2, GoodRun.Topic, 998));
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Publisher.Add(new Fact(Note.Doubtful, 2, GoodRun.Topic, 999));
        _run.Store(6, 999, Guid.NewGuid());

        Assert.Empty(Checker.Check(_run.Evidence));
    }

    [Fact]
    public void A_gap_is_found()
    {
        _run.Publisher.Add(new Fact(Note.Sent, 1, GoodRun.Topic, 999));
        _run.Store(7, 999, Guid.NewGuid());

        _run.Breaks("Gapless");
    }

    [Fact]
    public void A_time_that_goes_back_is_found()
    {
        _run.Log[3] = _run.Log[3] with { PublishedAt = 0 };

        _run.Breaks("Gapless");
    }
}
