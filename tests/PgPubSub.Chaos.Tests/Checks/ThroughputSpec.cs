using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>A hundred events a second are published for forty seconds; the fault strikes from the tenth to the twentieth.</summary>
public sealed class ThroughputSpec
{
    private const long Second = 1_000_000;
    private const int Rate = 100, Load = 40 * Rate;

    [Fact]
    public void It_is_back_when_the_rate_is_and_stays()
    {
        // None is handled in the fault and for 3 s after it; what had waited then comes within a second.
        var throughput = Of(i => At(i) is >= 10 * Second and < 23 * Second ? 23 * Second + At(i) / 13 : At(i));

        Assert.Equal(Rate, throughput.Before, tolerance: 1d);
        Assert.InRange(throughput.Recovery!.Value, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3.1));
    }

    [Fact]
    public void A_backlog_of_the_warm_up_is_not_the_load()
    {
        // Of ten seconds before the steady time nothing was handled; all of it is within the first three seconds of it.
        var throughput = Of(i => At(i) < 0 ? (At(i) + 10 * Second) * 3 / 10 : At(i), from: -10);

        Assert.Equal(Rate, throughput.Before, tolerance: 1d);
        Assert.Equal(TimeSpan.Zero, throughput.Recovery);
    }

    [Fact]
    public void A_burst_that_is_not_kept_up_is_not_back() =>
        Assert.Null(Of(i => At(i) < 10 * Second ? At(i) : i < 22 * Rate ? 21 * Second + i : null).Recovery);

    [Fact]
    public void A_backlog_that_is_worked_off_hides_nothing_of_what_comes_after_it() =>
        Assert.Null(Of(i => At(i) is >= 10 * Second and < 20 * Second ? 20 * Second + At(i) / 10 : At(i) >= 20 * Second && i % 10 == 0 ? null : At(i)).Recovery);

    [Fact]
    public void Ninety_percent_is_not_back() =>
        Assert.Null(Of(i => At(i) < 10 * Second || i % 10 != 0 ? At(i) : null).Recovery);

    [Fact]
    public void Handling_the_same_again_is_not_back() =>
        Assert.Null(Of(i => At(i) < 10 * Second ? At(i) : null, repeated: 20 * Second).Recovery);

    [Fact]
    public void Where_less_is_published_than_before_it_is_not_back() =>
        Assert.Null(Of(i => At(i), published: i => At(i) < 20 * Second || i % 10 != 0).Recovery);

    [Fact]
    public void A_delay_that_was_there_before_takes_nothing_from_it() =>
        Assert.Equal(TimeSpan.Zero, Of(i => (At(i) / Second + 1) * Second).Recovery); // once a second all that came

    [Fact]
    public void A_delay_that_was_not_there_before_is_not_back() =>
        Assert.Null(Of(i => At(i) < 10 * Second ? At(i) : At(i) + 2 * Second).Recovery);

    private static long At(int i) => i * Second / Rate;

    // Events whose handling is null are never handled; one may be handled again and again at the rate of all, from a moment on.
    private static Throughput Of(Func<int, long?> handled, int from = 0, long? repeated = null, Func<int, bool>? published = null)
    {
        var events = Enumerable.Range(from * Rate, Load - from * Rate).Where(published ?? (_ => true)).ToList();
        var acks = events.Where(i => handled(i) is not null).Select(i => Fact(Note.Acked, i, handled(i)!.Value));
        var again = repeated is { } since ? events.Where(i => At(i) >= since).Select(i => Fact(Note.Acked, 0, At(i))) : [];
        return Throughput.Of(new Evidence(
            [new WorkerJournal("publisher-1", 1, [.. events.Select(i => Fact(Note.Published, i, At(i)))]), new WorkerJournal("member-1", 1, [.. acks, .. again])],
            [new Fact(Note.SteadyBegan, 0), new Fact(Note.FaultBegan, 10 * Second), new Fact(Note.FaultEnded, 20 * Second), new Fact(Note.LoadEnded, 40 * Second)],
            [], new Limits(5, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), WarmAfter: 0, NodesMayDie: true)));
    }

    private static Fact Fact(Note what, int number, long at) => new(what, at, "orders", number);
}
