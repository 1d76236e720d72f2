using PgPubSub.Chaos.Runs;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Tests.Runs;

public sealed class CommandSpec
{
    [Fact]
    public void Everything_may_be_asked_for()
    {
        var command = ChaosCommand.Parse(["--long", "--only", "kills", "--only", "freezes", "--report", "page.md", "--seed", "7"]);

        Assert.True(command.Long);
        Assert.Equal(["kills", "freezes"], command.Only);
        Assert.Equal(("page.md", 7), (command.Report, command.Seed));
    }

    [Theory]
    [InlineData]
    [InlineData("--long", "--short")]
    [InlineData("--short", "--only")]
    [InlineData("--short", "--only", "nothing")]
    [InlineData("--short", "--seed", "x")]
    [InlineData("--short", "kills")]
    public void Nonsense_is_refused(params string[] words) => Assert.Throws<ArgumentException>(() => ChaosCommand.Parse(words));

    [Fact]
    public void The_table_replaces_the_one_between_the_comments()
    {
        var page = ReliabilityTable.Put("before <!-- chaos -->\nold\n<!-- /chaos --> after", new Terms(7, Long: true), []);

        Assert.StartsWith("before <!-- chaos -->\nThe long form, seed 7", page, StringComparison.Ordinal);
        Assert.EndsWith("\n<!-- /chaos --> after", page, StringComparison.Ordinal);
        Assert.DoesNotContain("old", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_without_a_place_for_it_is_refused() =>
        Assert.Throws<ArgumentException>(() => ReliabilityTable.Put("nothing here", new Terms(7, Long: true), []));
}
