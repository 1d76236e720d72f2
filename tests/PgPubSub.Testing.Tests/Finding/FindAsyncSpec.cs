using Npgsql;
using PgPubSub.Docker;
using PgPubSub.Testing.Binaries;

namespace PgPubSub.Testing.Tests.Finding;

public sealed class FindAsyncSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_variable_comes_first_and_nothing_else_is_tried()
    {
        var shared = (await TestServers.SharedAsync()).ConnectionString;
        var ways = new FakeWays { CanInstall = true, Variables = { ["PGPUBSUB_CONNECTION"] = shared }, BinaryFolders = { _folder.Binaries("some", "17.0") } };

        await using var found = await PostgresServer.FindAsync(ways.Options());

        Assert.Equal((PostgresSource.Connection, shared), (found.Source, found.ConnectionString));
        var said = Assert.Single(ways.Log);
        Assert.Contains("from PGPUBSUB_CONNECTION", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_leads_nowhere_is_an_error_and_nothing_else_is_tried()
    {
        var ways = new FakeWays { CanInstall = true, Variables = { ["PGPUBSUB_CONNECTION"] = "Host=127.0.0.1;Port=1;Password=hidden" } };

        var error = await Assert.ThrowsAsync<PostgresNotFoundException>(() => PostgresServer.FindAsync(ways.Options()));

        Assert.Contains("PGPUBSUB_CONNECTION is set, but the server at 127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(ways.Log);
    }

    [Theory]
    [InlineData("hidden")]
    [InlineData("Hostess=localhost;Password=hidden")]
    [InlineData("Host=localhost;Port=hidden")]
    public async Task A_variable_that_is_no_connection_string_is_an_error_that_does_not_quote_it(string text)
    {
        var ways = new FakeWays { Variables = { ["PGPUBSUB_CONNECTION"] = text } };

        var error = await Assert.ThrowsAsync<PostgresNotFoundException>(() => PostgresServer.FindAsync(ways.Options()));

        Assert.Contains("PGPUBSUB_CONNECTION is not a connection string", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
    }

    [FactOfBinaries]
    public async Task Binaries_come_before_docker_and_run_as_a_throwaway()
    {
        var here = (await BinarySearch.RunAsync(null, CancellationToken.None)).Found!;
        var ways = new FakeWays { CanInstall = true, BinaryFolders = { here.Folder } };

        await using var found = await PostgresServer.FindAsync(ways.Options());

        Assert.Equal(PostgresSource.Binaries, found.Source);
        Assert.Equal(found.ConnectionString, found.Throwaway?.ConnectionString);
        Assert.Equal("1", await Sql.AskAsync(found.ConnectionString, "SELECT 1"));
        Assert.Equal([$"said: PostgreSQL {here.Version} at 127.0.0.1:{found.Throwaway!.Port}, a throwaway server from {here.Folder}"], ways.Log);
    }

    [Fact]
    public async Task Docker_comes_before_the_package_and_no_password_is_said()
    {
        var ways = new FakeWays { CanInstall = true, BinaryFolders = { _folder.Binaries("old", "13.0") } };

        await using var found = await PostgresServer.FindAsync(ways.Options());

        Assert.Equal((PostgresSource.Docker, "Host=container;Password=hidden"), (found.Source, found.ConnectionString));
        Assert.Equal(["said: No PostgreSQL server binaries here; starting one in Docker.", "docker started", "said: PostgreSQL in Docker: a container"], ways.Log);
    }

    [FactOfBinaries]
    public async Task The_package_comes_last_and_is_said_before_it_is_installed()
    {
        var here = (await BinarySearch.RunAsync(null, CancellationToken.None)).Found!;
        var folders = new List<string>();
        var ways = new FakeWays
        {
            CanInstall = true,
            DockerFailure = "no daemon",
            Install = () =>
            {
                folders.Add(here.Folder);
                return null;
            },
        };
        var options = ways.Options();
        options.Throwaway.BinaryFolders = folders;

        await using var found = await PostgresServer.FindAsync(options);

        Assert.Equal(PostgresSource.Package, found.Source);
        Assert.Equal(["docker started", "said: No PostgreSQL server here; installing the package.", "package installed"], ways.Log.Skip(1).Take(3));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_package_is_not_installed_where_it_is_not_allowed_or_not_possible(bool allowed, bool possible)
    {
        var ways = new FakeWays { CanInstall = possible };

        await Assert.ThrowsAsync<PostgresNotFoundException>(() => PostgresServer.FindAsync(ways.Options(docker: false, install: allowed)));

        Assert.Empty(ways.Log);
    }

    [Fact]
    public async Task Without_any_way_one_error_names_the_three_ways_and_what_was_tried()
    {
        var ways = new FakeWays { CanInstall = true, DockerFailure = "no daemon\nhere", BinaryFolders = { _folder.Binaries("old", "13.4") } };

        var error = await Assert.ThrowsAsync<PostgresNotFoundException>(() => PostgresServer.FindAsync(ways.Options()));

        foreach (var part in (string[])["(1) set PGPUBSUB_CONNECTION", "(2) install PostgreSQL 14 or newer", "(3) start Docker", "PostgreSQL 13.4", "no daemon here", "there is no network"])
        {
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_server_of_somebody_else_still_runs_after_dispose()
    {
        var shared = (await TestServers.SharedAsync()).ConnectionString;
        var ways = new FakeWays { Variables = { ["PGPUBSUB_CONNECTION"] = shared } };

        await (await PostgresServer.FindAsync(ways.Options())).DisposeAsync();

        await using var connection = new NpgsqlConnection(shared);
        await connection.OpenAsync();
        Assert.Equal(System.Data.ConnectionState.Open, connection.State);
    }

    public void Dispose() => _folder.Dispose();
}
