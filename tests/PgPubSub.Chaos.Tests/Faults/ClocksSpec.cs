using System.Diagnostics;
using System.Globalization;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Faults.Clocks;

namespace PgPubSub.Chaos.Tests.Faults;

/// <summary>A wall clock that is set is read by those who are to read it, and by no one else.</summary>
public sealed class ClocksSpec
{
    [FactOfFault(nameof(ServerClockFault))]
    public async Task The_server_follows_each_step_and_is_right_in_the_end()
    {
        await using var struck = await Struck.ByAsync(new ServerClockFault(), TimeSpan.FromSeconds(5));
        Assert.Empty(struck.Failures);
        Assert.Empty(struck.Lost);
        await CancellationToken.None.HoldsAsync(FakeClock.SeenAfter);
        Assert.InRange((await ServerClockFault.OffAsync(struck.Scene.AdminConnectionString)).TotalSeconds, -30, 30);
    }

    [FactOfFault(nameof(NodeClockFault))]
    public async Task A_process_reads_the_clock_that_is_set_while_it_runs()
    {
        using var clock = new FakeClock(TimeSpan.FromHours(1));
        var start = new ProcessStartInfo("/bin/sh", ["-c", "while read -r _; do date +%s; done"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in clock.Environment)
            start.Environment[name] = value;
        using var shell = Process.Start(start)!;

        Assert.InRange(await OffAsync(shell), 3_590, 3_610);
        clock.Set(TimeSpan.FromHours(-2));
        await CancellationToken.None.HoldsAsync(FakeClock.SeenAfter);
        Assert.InRange(await OffAsync(shell), -7_210, -7_190);
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
    }

    private static async Task<double> OffAsync(Process shell)
    {
        await shell.StandardInput.WriteLineAsync();
        await shell.StandardInput.FlushAsync();
        return long.Parse((await shell.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }
}
