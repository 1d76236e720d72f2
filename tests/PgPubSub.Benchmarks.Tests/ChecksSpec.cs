using PgPubSub.Benchmarks.Figures;
using PgPubSub.Benchmarks.Labs;
using PgPubSub.Docker;

namespace PgPubSub.Benchmarks.Tests;

/// <summary>A figure that did not measure what it says fails the run; a goal that is missed does not.</summary>
public sealed class ChecksSpec
{
    [Fact]
    public async Task A_check_that_fails_fails_the_run_and_the_others_are_told()
    {
        var (sound, lines) = await RunAsync(new Played("a", () => throw new CheckFailedException("an event was lost")), new Played("b", () => Reading("b", value: 1)));

        Assert.False(sound);
        Assert.Contains("FAILED: an event was lost", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"name\":\"b\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_goal_that_is_missed_is_told_and_fails_nothing()
    {
        var (sound, lines) = await RunAsync(new Played("a", () => Reading("a", value: 1)));

        Assert.True(sound);
        Assert.Contains("\"met\":false", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_median_of_the_rounds_counts_on_both_sides()
    {
        var values = new Queue<double>([5, 1, 3]);
        var (_, lines) = await RunAsync(Scale.Smoke with { Rounds = 3 }, new Played("a", () => Reading("a", values.Dequeue())));

        Assert.Contains("\"value\":3,", Assert.Single(lines), StringComparison.Ordinal);
        Assert.Contains("\"ratio\":1.5,", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_with_a_gap_is_found()
    {
        await using var server = await Server.ConnectAsync((await TestServers.SharedAsync()).ConnectionString);
        await server.RunAsync("""
            DROP SCHEMA IF EXISTS gapped CASCADE; CREATE SCHEMA gapped;
            CREATE TABLE gapped.topic (id integer, floor bigint); CREATE TABLE gapped.event (topic integer, "offset" bigint);
            INSERT INTO gapped.topic VALUES (1, 0); INSERT INTO gapped.event VALUES (1, 0), (1, 1), (1, 3)
            """);
        try
        {
            await Assert.ThrowsAsync<CheckFailedException>(() => LogCheck.RequireLogAsync(server, "gapped", 4));
            await server.RunAsync("INSERT INTO gapped.event VALUES (1, 2)");
            await LogCheck.RequireLogAsync(server, "gapped", 4);
        }
        finally
        {
            await server.RunAsync("DROP SCHEMA gapped CASCADE");
        }
    }

    [Fact]
    public async Task A_server_that_loses_what_it_confirms_is_refused()
    {
        var lax = (await TestServers.SharedAsync()).ConnectionString + ";Options=-c synchronous_commit=off";

        await Assert.ThrowsAsync<CheckFailedException>(() => Server.ConnectAsync(lax));
    }

    private static Task<(bool Sound, List<string> Lines)> RunAsync(params IFigure[] figures) => RunAsync(Scale.Smoke, figures);

    private static async Task<(bool Sound, List<string> Lines)> RunAsync(Scale scale, params IFigure[] figures)
    {
        List<string> lines = [];
        var sound = await BenchRun.RunAsync(new BenchCommand(scale, figures, null, ""), (await TestServers.SharedAsync()).ConnectionString, lines.Add, _ => { });
        return (sound, lines);
    }

    private static Reading Reading(string name, double value) => new(name, "msg/s", value, Floor: 2, Goal.RatioAtLeast(2), Seconds: 1);

    private sealed class Played(string name, Func<Reading> measure) : IFigure
    {
        public string Name => name;

        public Task<IReadOnlyList<Reading>> MeasureAsync(Bench bench) => Task.FromResult<IReadOnlyList<Reading>>([measure()]);
    }
}
