using Npgsql;
using PgPubSub.Testing;

namespace PgPubSub.Samples.Shared.Servers;

/// <summary>The PostgreSQL of a run: found or started, and left as it was, without the run's schemas.</summary>
internal sealed class SampleServer : IAsyncDisposable
{
    private const string ComposeFile = "docker-compose.yml";
    private const string ComposeConnection = "Host=127.0.0.1;Port=5544;Username=postgres;Password=pgpubsub;Database=postgres";

    private readonly PostgresServer _server;
    private readonly Action<string> _say;
    private readonly List<string> _schemas = [];

    private SampleServer(PostgresServer server, Action<string> say) => (_server, _say) = (server, say);

    public string ConnectionString => _server.ConnectionString;

    public static async Task<SampleServer> FindAsync(Action<string> say, CancellationToken cancel) =>
        new(await PostgresServer.FindAsync(new FindOptions { Docker = Compose(), InstallPackage = true, Say = line => say("server: " + line) }, cancel), say);

    /// <summary>A name for a schema of this run's own. Whoever makes it need not drop it.</summary>
    /// <param name="prefix">What it begins with; lower-case letters.</param>
    public string NewSchema(string prefix)
    {
        var name = $"{prefix}_{Guid.NewGuid():N}";
        _schemas.Add(name);
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_server.Throwaway is null)
                await DropSchemasAsync();
        }
        catch (NpgsqlException)
        {
            _say($"the schemas {string.Join(", ", _schemas)} could not be dropped: the server can't be reached any more");
        }
        finally
        {
            await _server.DisposeAsync();
        }
    }

    // The server stays, so what the run made in it goes.
    private async Task DropSchemasAsync()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        foreach (var schema in _schemas)
        {
            await using var command = source.CreateCommand($"SET client_min_messages = warning; DROP SCHEMA IF EXISTS {schema} CASCADE");
            await command.ExecuteNonQueryAsync();
        }
    }

    private static ComposeStarter? Compose()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, ComposeFile);
            if (File.Exists(file))
                return new ComposeStarter(file, ComposeConnection);
        }

        return null;
    }
}
