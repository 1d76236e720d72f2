using PgPubSub.Samples.Shared.Programs;
using StreamPipelines;

namespace PgPubSub.Samples.Tests.Pipelines;

public sealed class CommandLineSpec
{
    [Fact]
    public void Without_arguments_2000_events_and_a_window_of_500_are_meant() => Assert.Equal(new Options(2_000, 500), CommandLine.Parse([]));

    [Fact]
    public void Both_options_are_taken_in_any_order() => Assert.Equal(new Options(300, 7), CommandLine.Parse(["--window", "7", "--events", "300"]));

    [Fact]
    public void Help_is_no_run() => Assert.Null(CommandLine.Parse(["--help"]));

    [Theory]
    [InlineData("There is no option '--jsonl'.", "--jsonl", "a.jsonl")]
    [InlineData("--window needs a value.", "--window")]
    [InlineData("--events is '99'; it must be a number from 100 to 1000000.", "--events", "99")]
    [InlineData("--window is '0'; it must be a number from 1 to 100000.", "--window", "0")]
    [InlineData("--window is '100001'; it must be a number from 1 to 100000.", "--window", "100001")]
    [InlineData("--window is '-1'; it must be a number from 1 to 100000.", "--window", "-1")]
    public void A_bad_argument_is_named(string error, params string[] args) =>
        Assert.Equal(error, Assert.Throws<UsageException>(() => CommandLine.Parse(args)).Message);
}
