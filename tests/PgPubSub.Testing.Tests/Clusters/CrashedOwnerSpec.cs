namespace PgPubSub.Testing.Tests.Clusters;

public sealed class CrashedOwnerSpec
{
    [FactOfBinaries]
    public async Task What_a_killed_run_left_behind_is_stopped_and_removed_by_the_next_start()
    {
        using var crashed = await HostedServer.StartAsync();
        await crashed.KillAsync(withGuard: true);
        Assert.True(Directory.Exists(crashed.Folder));
        Assert.False(crashed.IsGone);

        await using var next = await ThrowawayServer.StartAsync();

        Assert.True(crashed.IsGone);
        Assert.Equal("1", await Sql.AskAsync(next.ConnectionString, "SELECT 1"));
    }

    [FactOfBinaries]
    public async Task A_killed_run_is_cleaned_up_after_without_waiting_for_a_next_one()
    {
        using var crashed = await HostedServer.StartAsync();

        await crashed.KillAsync(withGuard: false);

        await Until.TrueAsync(() => crashed.IsGone, "the guard removes the server");
    }

    [FactOfBinaries]
    public async Task The_server_of_a_living_run_is_left_alone_by_other_starts()
    {
        using var living = await HostedServer.StartAsync();

        await using var next = await ThrowawayServer.StartAsync();
        await using var another = await ThrowawayServer.StartAsync();

        Assert.False(living.IsGone);
        Assert.Equal("1", await Sql.AskAsync(next.ConnectionString, "SELECT 1"));
        await living.SignalAsync("TERM");
    }

    [FactOfBinaries]
    public async Task A_run_that_is_asked_to_end_ends_its_child_and_removes_its_server_first()
    {
        foreach (var (signal, number) in ((string, int)[])[("TERM", 15), ("INT", 2), ("HUP", 1)])
        {
            if (HostedServer.IsIgnored(number))
            {
                continue; // a run in the background of a script: the host could not hear it either
            }

            using var asked = await HostedServer.StartAsync();

            var code = await asked.SignalAsync(signal);

            Assert.Equal(128 + 15, code);
            Assert.True(asked.IsGone, signal);
        }
    }
}
