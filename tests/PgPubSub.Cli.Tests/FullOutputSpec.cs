using System.Diagnostics;
using PgPubSub.Cli.Tests.Runs;

namespace PgPubSub.Cli.Tests;

/// <summary>A disk that is full, a standard output that is closed and a reader that has left are no bugs, and none hides what else there is to say.</summary>
public sealed class FullOutputSpec : CliSpec
{
    private const string CannotWrite = "pgpubsub: What there is to say can't be written: standard output is full or closed.";

    [FactOfFullDevice]
    public async Task A_full_disk_is_told_and_what_was_not_written_is_not_acked()
    {
        await GroupAsync(await TopicAsync(events: 3));

        Assert.Equal((3, CannotWrite), await TellAsync($"$CLI topics --schema {Schema} > /dev/full"));
        Assert.Equal((3, CannotWrite), await TellAsync($"$CLI consume orders billing --json --schema {Schema} > /dev/full"));

        var status = Assert.Single(await Store.Subscriptions.ListGroupsAsync("orders", "billing", CancellationToken.None));
        Assert.Equal((3, 0), (status.Lag + status.Retrying, status.InFlight));
    }

    [Fact]
    public async Task A_standard_output_that_is_closed_is_told()
    {
        await TopicAsync();

        Assert.Equal((3, CannotWrite), await TellAsync($"$CLI topics --schema {Schema} >&-"));
    }

    [FactOfFullDevice]
    public async Task A_line_that_is_wrong_is_named_where_nothing_can_be_written()
    {
        await TopicAsync();

        Assert.Equal((1, "pgpubsub: Line 1: It is not JSON (at byte 0). Nothing was published."), await TellAsync($"echo x | $CLI publish orders --schema {Schema} > /dev/full"));
    }

    [Fact]
    public async Task A_line_that_is_wrong_is_named_where_nobody_reads_the_answer()
    {
        await TopicAsync();

        using var process = Process.Start(CliRun.Describe(Environment, "publish", "orders", "--schema", Schema))!;
        process.StandardOutput.Close();

        await process.StandardInput.WriteAsync("x\n");
        process.StandardInput.Close();

        Assert.Equal("pgpubsub: Line 1: It is not JSON (at byte 0). Nothing was published.\n", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
    }

    private async Task<(int ExitCode, string Errors)> TellAsync(string script)
    {
        var run = await ShellAsync(script);
        return (run.ExitCode, run.Errors.Trim());
    }

    private sealed class FactOfFullDeviceAttribute : FactAttribute
    {
        public FactOfFullDeviceAttribute() => Skip = File.Exists("/dev/full") ? null : "There is no /dev/full here.";
    }
}
