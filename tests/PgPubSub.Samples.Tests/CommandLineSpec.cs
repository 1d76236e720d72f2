using CommitFeed;
using PgPubSub.Samples.Shared.Programs;

namespace PgPubSub.Samples.Tests;

public sealed class CommandLineSpec
{
    [Fact]
    public void Without_arguments_the_history_is_published_at_least_2000_times() =>
        Assert.Equal(new Command.Run(2_000, null), CommandLine.Parse([]));

    [Fact]
    public void Both_options_are_taken_in_any_order() =>
        Assert.Equal(new Command.Run(300, "a.jsonl"), CommandLine.Parse(["--jsonl", "a.jsonl", "--events", "300"]));

    [Theory]
    [InlineData("There is no option '--evnts'.", "--evnts", "300")]
    [InlineData("There is no option 'worker'.", "worker")]
    [InlineData("--events needs a value.", "--events")]
    [InlineData("--jsonl needs a value.", "--jsonl", "")]
    [InlineData("--events is '99'; it must be a number from 100 to 1000000.", "--events", "99")]
    [InlineData("--events is '1000001'; it must be a number from 100 to 1000000.", "--events", "1000001")]
    [InlineData("--events is '-300'; it must be a number from 100 to 1000000.", "--events", "-300")]
    [InlineData("--events is 'many'; it must be a number from 100 to 1000000.", "--events", "many")]
    public void A_bad_argument_is_named(string error, params string[] args) =>
        Assert.Equal(error, Assert.Throws<UsageException>(() => CommandLine.Parse(args)).Message);

    [Fact]
    public void A_child_is_what_its_parent_meant()
    {
        Command[] children = [new Command.Worker("w", "s", "j"), new Command.Reader("r", "s", "j", null), new Command.Reader("r", "s", "j", 7)];
        Assert.All(children, child => Assert.Equal(child, CommandLine.Parse(CommandLine.Format(child))));
    }
}
