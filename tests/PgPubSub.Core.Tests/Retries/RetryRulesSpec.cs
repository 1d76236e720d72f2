using FsCheck;
using FsCheck.Fluent;
using PgPubSub.Core.Retries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Retries;

public sealed class RetryRulesSpec
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 16)]
    [InlineData(4, 60)]
    [InlineData(5, 60)]
    public void By_default_the_delay_is_four_times_as_long_each_time_up_to_a_minute(int attempt, double seconds)
    {
        for (var offset = 0L; offset < 50; offset++)
            Assert.InRange(RetryRules.Default.Delay(attempt, offset), Sec(seconds / 2), Sec(seconds));
    }

    [Fact]
    public void Any_delay_lies_between_half_of_the_full_one_and_all_of_it() => Prop.ForAll<int, long, (int First, int Most, byte Factor)>((attempt, offset, sizes) =>
    {
        var (first, most) = (Math.Abs((long)sizes.First) % 100_000, Math.Abs((long)sizes.Most) % 100_000);
        var (factor, hand) = (1 + (sizes.Factor / 10.0), 1 + (Math.Abs((long)attempt) % 5_000));
        var full = first == 0 ? 0 : Math.Min(first * Math.Pow(factor, hand - 1), most);
        var delay = new RetryRules(5, Ms(first), factor, Ms(most)).Delay((int)hand, offset).TotalMilliseconds;
        return delay >= (full / 2) - 0.001 && delay <= full + 0.001;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_number_of_attempts_is_too_many()
    {
        var rules = new RetryRules(0, TimeSpan.Zero, 100, Sec(60));

        Assert.Equal(TimeSpan.Zero, rules.Delay(1_000_000, 1));
        Assert.InRange(RetryRules.Default.Delay(int.MaxValue, long.MaxValue), Sec(30), Sec(60));
    }

    [Fact]
    public void The_same_failure_always_waits_as_long_and_neighbours_do_not_come_back_together()
    {
        Assert.Equal(RetryRules.Default.Delay(2, 77), RetryRules.Default.Delay(2, 77));
        Assert.True(Enumerable.Range(0, 100).Select(offset => RetryRules.Default.Delay(1, offset)).Distinct().Count() > 95);
    }

    [Theory]
    [InlineData(3, 2, false)]
    [InlineData(3, 3, true)]
    [InlineData(3, 4, true)]
    [InlineData(0, 1_000_000, false)]
    public void After_its_last_attempt_a_message_is_not_handed_out_again(int most, int attempt, bool exhausted) =>
        Assert.Equal(exhausted, (RetryRules.Default with { MaxAttempts = most }).Exhausted(attempt));
}
