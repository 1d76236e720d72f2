using System.Globalization;
using System.Text.RegularExpressions;
using PgPubSub.Cli.Top;
using static PgPubSub.Cli.Tests.Top.Sample;

namespace PgPubSub.Cli.Tests.Top;

public sealed partial class PageSpec
{
    private static readonly Sight Large = new(BoardOf(30, 40, 20), TimeSpan.Zero, null);

    [Fact]
    public void A_page_never_exceeds_the_screen()
    {
        foreach (var sight in new[] { Large, new(BoardOf(0, 0, 0), TimeSpan.Zero, null), Large with { Trouble = "PostgreSQL can't be reached." }, new(BoardOf(2, 1, 1), TimeSpan.Zero, null) })
        {
            for (var height = 1; height < 100; height++)
            {
                foreach (var width in new[] { 1, 2, 7, 20, 79, 200 })
                {
                    var lines = Page.Of(sight, "heading", width, height);
                    Assert.InRange(lines.Count, 1, height);
                    Assert.All(lines, line => Assert.InRange(Cells.Width(line.Text), 0, width));
                }
            }
        }
    }

    [Theory]
    [InlineData(12)]
    [InlineData(24)]
    [InlineData(60)]
    [InlineData(90)]
    public void Of_a_list_that_is_cut_it_is_said_how_many_are_not_shown(int height)
    {
        var lines = Page.Of(Large, "", 100, height).Select(line => line.Text).ToList();

        foreach (var (name, all) in new[] { ("topic", 30), ("group", 40), ("node", 20) })
        {
            var shown = lines.Count(line => Regex.IsMatch(line, $"^{name}-"));
            var (header, rest) = (lines.FindIndex(line => Regex.IsMatch(line, $"^{name} ")), all - shown);
            Assert.True(shown > 0);
            Assert.True(rest == 0 || lines[header + shown + 1] == $"{rest} more not shown", $"{name}: {string.Join('\n', lines)}");
        }
    }

    [Fact]
    public void Who_needs_little_room_leaves_it_to_the_others()
    {
        var lines = Page.Of(new Sight(BoardOf(1, 40, 1), TimeSpan.Zero, null), "", 100, 24).Select(line => line.Text).ToList();

        Assert.Equal(24, lines.Count);
        Assert.Equal((1, 14, 1), (Count("topic-"), Count("group-"), Count("node-")));
        Assert.Contains("26 more not shown", lines);

        int Count(string prefix) => lines.Count(line => line.StartsWith(prefix, StringComparison.Ordinal));
    }

    [Fact]
    public void On_a_small_screen_the_groups_stay_longest_and_what_is_there_is_counted_still()
    {
        Assert.Equal(["30 topics, 40 groups, 20 nodes; here"], Texts(1));
        Assert.Equal(["30 topics, 40 groups, 20 nodes; here"], Texts(2));
        Assert.Equal(["30 topics", "group", "40 groups, not shown"], Texts(3).Select(line => Start().Match(line).Value.TrimEnd(',')));
        Assert.Equal(["30 topics", "topic", "30 topics, not shown", "group", "40 groups, not shown"], Texts(5).Select(line => Start().Match(line).Value.TrimEnd(',')));

        static List<string> Texts(int height) => [.. Page.Of(Large, "here", 100, height).Select(line => line.Text)];
    }

    [Fact]
    public void What_is_old_is_said_to_be_old_and_still_there()
    {
        var old = Large with { Trouble = "PostgreSQL can't be reached.", Age = TimeSpan.FromSeconds(12) };
        var lines = Page.Of(old, "here", 100, 30);

        Assert.Equal(new Line("OLD, from 12.0s ago: PostgreSQL can't be reached.", Emphasis.Alarm), lines[1]);
        Assert.All(lines.Skip(2).Where(line => line.Text.Length > 0), line => Assert.Equal(Emphasis.Weak, line.Emphasis));
        Assert.Contains(lines, line => line.Text.StartsWith("group-0", StringComparison.Ordinal));
        Assert.Equal("OLD, from 12.0s ago: PostgreSQL can't be reached.", Assert.Single(Page.Of(old, "here", 100, 1)).Text);
    }

    [Fact]
    public void Long_names_are_shortened_before_numbers_and_wide_characters_count_twice()
    {
        var board = Board.Of(null, Look(0, Group(new string('長', 40), 5, 123_456, topic: "orders.of.a.shop.in.a.far.away.country")));

        var lines = Page.Of(new Sight(board, TimeSpan.Zero, null), "", 80, 24);
        var row = lines.Single(line => line.Text.Contains("123451", StringComparison.Ordinal)).Text;

        Assert.InRange(Cells.Width(row), 1, 80);
        Assert.Matches("^長+… +orders\\.[a-z.]*… +- +123451 +- +0 +0 +0$", row);
    }

    [Fact]
    public void Names_can_t_steer_the_terminal()
    {
        var lines = Page.Of(new Sight(Board.Of(null, Look(0, Topic("a\u009b2Jb"))), TimeSpan.Zero, null), "", 80, 24);

        Assert.All(lines, line => Assert.DoesNotContain(line.Text, char.IsControl));
    }

    [Theory]
    [InlineData(10, new[] { 1, 2, 3 }, new[] { 1, 2, 3 })]
    [InlineData(5, new[] { 1, 9, 9 }, new[] { 1, 2, 2 })]
    [InlineData(6, new[] { 9, 1, 9 }, new[] { 3, 1, 2 })]
    [InlineData(0, new[] { 1, 1 }, new[] { 0, 0 })]
    [InlineData(-4, new[] { 1, 1 }, new[] { 0, 0 })]
    public void What_is_not_enough_is_divided(int available, int[] wanted, int[] given) => Assert.Equal(given, Shares.Of(available, wanted));

    [Theory]
    [InlineData(null, "-")]
    [InlineData(0.0, "0")]
    [InlineData(0.25, "0.25")]
    [InlineData(9.5, "9.5")]
    [InlineData(1234.56, "1235")]
    public void A_rate_is_short(double? rate, string shown) => Assert.Equal(shown, Output.Texts.Rate(rate), StringComparer.Create(CultureInfo.InvariantCulture, ignoreCase: false));

    [GeneratedRegex(@"^(group|topic|\d+ \w+(, not shown)?)")]
    private static partial Regex Start();
}
