namespace PgPubSub.Cli.Tests.Verification;

public sealed class VerifySpec : CliSpec
{
    [Fact]
    public async Task A_clean_schema_is_told_with_0_and_a_damaged_one_with_1()
    {
        await TopicAsync(events: 5);
        var clean = (await DoAsync("verify", "--grace", "0s", "--json")).Json;
        Assert.Equal((true, 1, 5), (clean.GetProperty("clean").GetBoolean(), clean.GetProperty("topics").GetInt32(), clean.GetProperty("events").GetInt32()));

        await SqlAsync($"DELETE FROM {Schema}.event WHERE \"offset\" = 2");

        var damaged = await RunAsync("verify", "--grace", "0s", "--json");
        var finding = Assert.Single(damaged.Json.GetProperty("findings").EnumerateArray());
        Assert.Equal(1, damaged.ExitCode);
        Assert.Equal(("Gap", "orders", 2), (finding.GetProperty("kind").GetString(), finding.GetProperty("topic").GetString(), finding.GetProperty("offset").GetInt32()));
        var people = await RunAsync("verify", "--grace", "0s");
        Assert.Equal(1, people.ExitCode);
        Assert.StartsWith("Gap: topic 'orders', offset 2: ", people.Lines[0], StringComparison.Ordinal);
        Assert.EndsWith("1 findings.", people.Lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--grace must be a duration", "--grace", "long")]
    [InlineData("--grace must be 1h at most.", "--grace", "2h")]
    [InlineData("--most-events must be at least 1.", "--most-events", "0")]
    [InlineData("--most-findings must be at least 1.", "--most-findings", "0")]
    public async Task What_it_can_t_go_by_is_refused(string said, string option, string value)
    {
        var run = await RunAsync("verify", option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
    }
}
