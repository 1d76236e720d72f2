using CommitFeed.Checks;
using CommitFeed.Journals;
using static PgPubSub.Samples.Tests.Checks.GoodRun;

namespace PgPubSub.Samples.Tests.Checks;

public sealed class JudgeSpec
{
    private static readonly Evidence Good = GoodRun.Evidence;

    [Fact]
    public void A_good_run_has_no_problem()
    {
        var verdict = Judge.Of(Good);
        Assert.Empty(verdict.Problems);
        Assert.Equal(new Report(10, 10, 0, 10, 8, Lost: 0, OutOfOrder: 0, TakeoverMs: 1_200), verdict.Report);
    }

    [Fact]
    public void The_last_line_has_the_promised_names() => Assert.Equal(
        """{"published":10,"group_handled":10,"group_duplicates":0,"fanout_received":10,"replayed":8,"lost":0,"out_of_order":0,"takeover_ms":1200,"seconds":12.3}""",
        Judge.Of(Good).Report.ToJson(TimeSpan.FromSeconds(12.34)));

    [Fact]
    public void An_event_that_the_group_never_handled_is_lost()
    {
        var verdict = Spoil(Survivor.Without(Note.Handled, 5));
        Assert.Equal(["the group never handled 1 confirmed events"], verdict.Problems);
        Assert.Equal((9, 1), (verdict.Report.GroupHandled, verdict.Report.Lost));
    }

    [Fact]
    public void What_the_victim_held_is_lost_unless_somebody_else_handles_it() =>
        Assert.Equal(1, Spoil(Survivor.Without(Note.Handled, HeldByVictim)).Report.Lost);

    [Fact]
    public void An_event_that_the_fan_out_subscriber_never_got_is_lost()
    {
        var verdict = Judge.Of(Good with { FanOut = Good.FanOut!.Without(Note.HandedOut, 9) });
        Assert.Equal(["the fan-out subscriber never got 1 confirmed events"], verdict.Problems);
        Assert.Equal(1, verdict.Report.Lost);
    }

    [Fact]
    public void An_event_that_the_late_subscriber_never_got_is_lost_from_its_start_on()
    {
        Assert.Equal(1, Judge.Of(Good with { Late = Good.Late!.Without(Note.HandedOut, ReplayFrom) }).Report.Lost);
        Assert.Equal(0, Judge.Of(Good with { Late = Good.Late!.Without(Note.HandedOut, ReplayFrom - 1) }).Report.Lost);
    }

    [Fact]
    public void Another_event_at_the_same_offset_does_not_count()
    {
        var other = Entry(Note.HandedOut, 5) with { Id = Guid.NewGuid() };
        var verdict = Judge.Of(Good with { FanOut = Good.FanOut! with { Entries = [.. Good.FanOut.Entries.Select(entry => entry.Offset == 5 ? other : entry)] } });
        Assert.Equal(["the fan-out subscriber never got 1 confirmed events", "1 hand-outs were of events that nobody published"], verdict.Problems);
    }

    [Fact]
    public void An_event_behind_a_later_one_is_out_of_order()
    {
        var entries = Good.FanOut!.Entries.ToList();
        (entries[4], entries[5]) = (entries[5], entries[4]);
        var verdict = Judge.Of(Good with { FanOut = Good.FanOut with { Entries = entries } });
        Assert.Equal(["1 events came to a subscriber out of order or again"], verdict.Problems);
        Assert.Equal((1, 0), (verdict.Report.OutOfOrder, verdict.Report.Lost));
    }

    [Fact]
    public void An_event_that_a_reader_gets_again_is_out_of_order() =>
        Assert.Equal(1, Judge.Of(Good with { Late = Good.Late!.With(Entry(Note.HandedOut, 9)) }).Report.OutOfOrder);

    [Fact]
    public void A_second_handling_is_counted_and_needs_a_higher_attempt()
    {
        JournalEntry[] again = [Entry(Note.HandedOut, 6) with { At = 90_000 }, Entry(Note.Handled, 6) with { At = 90_001 }];
        var verdict = Spoil(Survivor.With(again));
        Assert.Equal(["1 hand-outs to the group repeated an event without a higher attempt"], verdict.Problems);
        Assert.Equal((10, 1, 0), (verdict.Report.GroupHandled, verdict.Report.GroupDuplicates, verdict.Report.Lost));

        Assert.Empty(Spoil(Survivor.With([again[0] with { Attempt = 2 }, again[1] with { Attempt = 2 }])).Problems);
    }

    [Fact]
    public void Other_bytes_than_were_published_are_a_problem() =>
        Assert.Equal(
            ["1 hand-outs had other bytes than were published"],
            Judge.Of(Good with { Late = Good.Late! with { Entries = [.. Good.Late.Entries.Select(entry => entry with { Damaged = entry.Offset == 7 })] } }).Problems);

    [Theory]
    [InlineData(2_000, 0)]
    [InlineData(2_001, 1)]
    public void A_takeover_may_take_two_seconds(int milliseconds, int problems)
    {
        var survivor = Survivor with { Entries = [.. Survivor.Entries.Select(entry => entry.At >= TakenOverAt ? entry with { At = KilledAt + (1_000L * milliseconds) } : entry)] };
        var verdict = Spoil(survivor);
        Assert.Equal((milliseconds, problems), (verdict.Report.TakeoverMs, verdict.Problems.Count));
    }

    [Fact]
    public void A_victim_that_held_nothing_proves_nothing()
    {
        var verdict = Judge.Of(Good with { Workers = [Good.Workers[0].With(Entry(Note.Handled, HeldByVictim)), Survivor] });
        Assert.Contains("no event that the killed worker held was handed out elsewhere", verdict.Problems);
        Assert.Null(verdict.Report.TakeoverMs);
    }

    [Fact]
    public void Events_that_were_never_confirmed_are_missed()
    {
        var verdict = Judge.Of(Good with { Planned = 11 });
        Assert.Equal(["11 events were to be published, 10 were confirmed"], verdict.Problems);
    }

    [Fact]
    public void An_offset_that_was_confirmed_twice_is_a_problem() =>
        Assert.Contains(
            "the confirmed offsets are not 0, 1, 2, ... each once",
            Judge.Of(Good with { Publisher = [.. Good.Publisher.Select(entry => entry.Offset == 9 ? entry with { Offset = 8 } : entry)] }).Problems);

    [Fact]
    public void A_late_subscriber_that_never_went_live_is_a_problem() =>
        Assert.Equal(
            ["the late subscriber did not get both history and live events"],
            Judge.Of(Good with { Publisher = [.. Good.Publisher.Select(entry => entry with { At = 0 })] }).Problems);

    [Fact]
    public void A_run_that_stalled_is_judged_all_the_same()
    {
        var verdict = Judge.Of(new Evidence(10, [], [], null, null, null, "nothing happened for 15 s"));
        Assert.Equal("nothing happened for 15 s", verdict.Problems[0]);
        Assert.Null(verdict.Report.TakeoverMs);
    }

    private static Witness Survivor => Good.Workers[1];

    private static Verdict Spoil(Witness survivor) => Judge.Of(Good with { Workers = [Good.Workers[0], survivor] });
}
