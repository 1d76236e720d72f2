using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

public sealed class ThroughputSpec
{
    private const long Second = 1_000_000;

    [Fact]
    public void It_is_back_when_the_rate_is_and_stays()
    {
        // 100 a second for ten seconds, none in the fault and for 3 s after it, then 100 again.
        var throughput = Throughput.Of(Run([.. Steady(0, 10), .. Steady(23, 40)]));

        Assert.Equal(100, throughput.Before, tolerance: 1d);
        Assert.InRange(throughput.Recovery!.Value, TimeSpan.FromSeconds(2.8), TimeSpan.FromSeconds(3.1));
    }

    [Fact]
    public void A_burst_that_is_not_kept_up_is_not_back() =>
        Assert.Null(Throughput.Of(Run([.. Steady(0, 10), .. Steady(21, 22)])).Recovery);

    [Fact]
    public void Ninety_percent_is_not_back() =>
        Assert.Null(Throughput.Of(Run([.. Steady(0, 10), .. Steady(20, 40).Where((_, i) => i % 10 != 0)])).Recovery);

    private static IEnumerable<long> Steady(int from, int to) => Enumerable.Range(from * 100, (to - from) * 100).Select(i => i * Second / 100);

    private static Evidence Run(IEnumerable<long> handled) => new(
        [new WorkerJournal("member-1", 1, [.. handled.Select((at, i) => new Fact(Note.Acked, at, "orders", i, i, Guid.Empty, 1))])],
        [new Fact(Note.SteadyBegan, 0), new Fact(Note.FaultBegan, 10 * Second), new Fact(Note.FaultEnded, 20 * Second), new Fact(Note.LoadEnded, 40 * Second)],
        [], new Limits(5, TimeSpan.FromSeconds(2)));
}
