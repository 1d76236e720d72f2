using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Topics;

public sealed class RetentionRulesSpec
{
    [Fact]
    public void Every_limit_out_of_bounds_is_named()
    {
        var wrong = new Retention
        {
            Count = -1, Age = TimeSpan.FromSeconds(59), MaxBacklogEvents = 0, MaxBacklogAge = TimeSpan.FromDays(40_000), DeadLetterAge = TimeSpan.Zero,
        };

        Assert.Equal(["Count", "MaxBacklogEvents", "Age", "MaxBacklogAge", "DeadLetterAge"], wrong.Problems().Select(problem => problem.Split(' ')[0]));
    }

    [Fact]
    public void The_usual_ones_have_no_problem()
    {
        Assert.Empty(Retention.Default.Problems());
        Assert.Empty(Retention.Forever.Problems());
        Assert.Empty(new Retention { Count = 0, Age = TimeSpan.FromMinutes(1), MaxBacklogEvents = 1, MaxBacklogAge = TimeSpan.FromDays(365) }.Problems());
    }
}
