using StreamPipelines.Statistics;

namespace PgPubSub.Samples.Tests.Pipelines;

public sealed class AuthorWindowSpec
{
    [Fact]
    public void Until_it_is_full_it_counts_all() => Assert.Equal([("Ada", 2), ("Bea", 1)], After(3, "Bea", "Ada", "Ada").Ranking);

    [Fact]
    public void What_falls_out_counts_no_more_and_takes_its_author_along()
    {
        var window = After(3, "Bea", "Ada", "Cem", "Cem", "Ada");
        Assert.Equal([("Cem", 2), ("Ada", 1)], window.Ranking);
        Assert.Equal(5, window.Seen);
    }

    [Fact]
    public void A_window_of_one_has_the_last() => Assert.Equal([("Bea", 1)], After(1, "Ada", "Bea").Ranking);

    [Fact]
    public void Equals_stand_in_the_order_of_their_names() => Assert.Equal(["Ada", "Bea", "Cem"], After(9, "Cem", "Ada", "Bea").Ranking.Select(entry => entry.Author));

    [Fact]
    public void Empty_it_ranks_nobody() => Assert.Empty(After(3).Ranking);

    private static AuthorWindow After(int size, params string[] authors) => authors.Aggregate(new AuthorWindow(size), (window, author) => window.Add(author));
}
