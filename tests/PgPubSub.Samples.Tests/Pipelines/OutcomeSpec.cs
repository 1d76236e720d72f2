using PgPubSub.Samples.Shared.Input;
using StreamPipelines.Checks;
using StreamPipelines.Projections;
using StreamPipelines.Statistics;

namespace PgPubSub.Samples.Tests.Pipelines;

/// <summary>The check at the end sees each fault that it is there for.</summary>
public sealed class OutcomeSpec
{
    private static readonly IReadOnlyList<Commit> Input = RecordedHistory.Read();

    private static readonly Outcome Good = new(
        Input, 7, AuthorRow.Of(Input), Input.Aggregate(new AuthorWindow(7), (window, commit) => window.Add(commit.Author)).Ranking, Repeated: 3, Open: 0);

    [Fact]
    public void A_good_run_has_no_problem_and_says_so()
    {
        Assert.Empty(Good.Problems);
        Assert.Equal("""{"events":60,"authors":6,"repeated":3,"equal":true,"seconds":1.5}""", Good.ToJson(TimeSpan.FromSeconds(1.5)));
    }

    [Fact]
    public void An_event_that_was_counted_twice_is_seen() =>
        HasProblem("the table differs from the input in 1 authors", Good with { Table = [Good.Table[0] with { Commits = Good.Table[0].Commits + 1 }, .. Good.Table.Skip(1)] });

    [Fact]
    public void A_time_that_is_wrong_is_seen() =>
        HasProblem("the table differs from the input in 1 authors", Good with { Table = [Good.Table[0] with { Last = Good.Table[0].Last.AddSeconds(-1) }, .. Good.Table.Skip(1)] });

    [Fact]
    public void An_author_that_is_missing_is_seen() => HasProblem("the table differs from the input in 1 authors", Good with { Table = [.. Good.Table.Skip(1)] });

    [Fact]
    public void A_window_of_another_size_is_seen() => HasProblem("the statistic differs from a count over the last commits of the input", Good with { WindowSize = 8 });

    [Fact]
    public void A_run_without_a_repetition_has_shown_nothing() => HasProblem("no event came again, so nothing was shown", Good with { Repeated = 0 });

    [Fact]
    public void What_the_group_has_not_settled_is_seen() => HasProblem("the group has not settled 2 events", Good with { Open = 2 });

    private static void HasProblem(string problem, Outcome outcome)
    {
        Assert.Equal([problem], outcome.Problems);
        Assert.Contains("\"equal\":false", outcome.ToJson(TimeSpan.Zero), StringComparison.Ordinal);
    }
}
