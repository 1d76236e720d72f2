using Npgsql;

namespace PgPubSub.Testing.Tests;

public sealed class ThrowawayServerSpec : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    [FactOfBinaries]
    public async Task It_starts_and_answers_with_what_it_promises()
    {
        await using var server = await StartAsync();

        Assert.StartsWith($"{server.Version.Major}", await AskAsync(server, "SHOW server_version"), StringComparison.Ordinal);
        Assert.Equal(server.DataFolder, await AskAsync(server, "SHOW data_directory"));
        Assert.Equal("UTF8", await AskAsync(server, "SHOW server_encoding"));
        Assert.Equal("200", await AskAsync(server, "SHOW max_connections"));
        Assert.Equal("on on", await AskAsync(server, "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')"));
        Assert.Equal("127.0.0.1", await AskAsync(server, "SHOW listen_addresses"));
        Assert.Equal("", await AskAsync(server, "SHOW unix_socket_directories"));
    }

    [FactOfBinaries]
    public async Task It_is_gone_when_disposed()
    {
        var server = await StartAsync();
        Assert.NotEmpty(Left());

        await server.DisposeAsync();
        await server.DisposeAsync();

        Assert.Empty(Left());
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(server, "SELECT 1"));
    }

    [FactOfBinaries]
    public async Task Settings_are_applied_also_with_quotes_in_them()
    {
        await using var server = await StartAsync(("wal_level", "logical"), ("max_connections", "20"), ("log_line_prefix", @"it's \ "), ("port", "1"));

        Assert.Equal("logical", await AskAsync(server, "SHOW wal_level"));
        Assert.Equal("20", await AskAsync(server, "SHOW max_connections"));
        Assert.Equal(@"it's \ ", await AskAsync(server, "SHOW log_line_prefix"));
    }

    [FactOfBinaries]
    public async Task A_restart_keeps_data_port_and_connection_string()
    {
        await using var server = await StartAsync();
        await RememberAsync(server);
        var before = server.ConnectionString;

        await server.RestartAsync();

        Assert.Equal(before, server.ConnectionString);
        Assert.Equal("42", await AskAsync(server, "SELECT n FROM kept"));
    }

    [FactOfBinaries]
    public async Task It_is_down_between_an_immediate_stop_and_a_restart_and_loses_nothing()
    {
        await using var server = await StartAsync();
        await RememberAsync(server);

        await server.StopAsync(StopMode.Immediate);
        await server.StopAsync(StopMode.Immediate);

        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(server, "SELECT 1"));
        await server.RestartAsync();
        Assert.Equal("42", await AskAsync(server, "SELECT n FROM kept"));
    }

    [FactOfBinaries]
    public async Task A_killed_server_is_down_and_comes_back_with_what_was_committed()
    {
        await using var server = await StartAsync();
        await RememberAsync(server);
        await using var session = new NpgsqlConnection(server.ConnectionString);
        await session.OpenAsync();

        await server.KillAsync();
        await server.KillAsync();

        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(server, "SELECT 1"));
        await server.RestartAsync();
        Assert.Equal("42", await AskAsync(server, "SELECT n FROM kept"));
    }

    [FactOfBinaries]
    public async Task A_setting_that_the_server_refuses_is_an_error_that_quotes_it_and_leaves_nothing()
    {
        var refused = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(("wal_level", "sideways")));

        Assert.Contains("wal_level", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Left());
    }

    [FactOfBinaries]
    public async Task What_is_no_setting_is_refused_and_leaves_nothing()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(("fsync = off #", "x")));
        await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(("work_mem", "4MB\nfsync = off")));

        Assert.Empty(Left());
    }

    [FactOfBinaries]
    public async Task A_cancelled_start_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var starting = ThrowawayServer.StartAsync(new ThrowawayOptions { ParentFolder = _folder.Path }, cancel.Token);
        await Until.TrueAsync(() => Left().Length > 0, "the folder is made");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task Without_binaries_the_error_says_which_version_is_needed_and_what_was_passed_over()
    {
        var old = _folder.Binaries("old", "12.22");

        var missing = await Assert.ThrowsAsync<PostgresNotFoundException>(() => ThrowawayServer.StartAsync(new ThrowawayOptions { BinaryFolders = [old] }));

        Assert.Contains("14 or newer", missing.Message, StringComparison.Ordinal);
        Assert.Contains("PostgreSQL 12.22", missing.Message, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    private Task<ThrowawayServer> StartAsync(params (string, string)[] settings) =>
        ThrowawayServer.StartAsync(new ThrowawayOptions { ParentFolder = _folder.Path, Settings = settings });

    private string[] Left() => Directory.GetFileSystemEntries(_folder.Path, "pgpubsub-*");

    private static Task<string?> AskAsync(ThrowawayServer server, string statement) => Sql.AskAsync(server.ConnectionString, statement);

    private static Task<string?> RememberAsync(ThrowawayServer server) => AskAsync(server, "CREATE TABLE kept AS SELECT 42 AS n");
}
