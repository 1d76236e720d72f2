using Npgsql;
using PgPubSub.Testing;

namespace CommitFeed.Processes;

/// <summary>What a run needs and takes away again: a server, a schema and a folder for the journals.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string ComposeFile = "docker-compose.yml";
    private const string ComposeConnection = "Host=127.0.0.1;Port=5544;Username=postgres;Password=pgpubsub;Database=postgres";

    private readonly PostgresServer _server;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgpubsub-feed-");

    private readonly Action<string> _say;

    private Stage(PostgresServer server, Action<string> say) => (_server, _say) = (server, say);

    public string ConnectionString => _server.ConnectionString;

    /// <summary>This run's own.</summary>
    public string Schema { get; } = $"feed_{Guid.NewGuid():N}";

    public string JournalOf(string name) => Path.Combine(_folder.FullName, name + ".jsonl");

    public static async Task<Stage> SetAsync(Action<string> say, CancellationToken cancel) =>
        new(await PostgresServer.FindAsync(new FindOptions { Docker = Compose(), InstallPackage = true, Say = line => say("server: " + line) }, cancel), say);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_server.Throwaway is null)
                await DropSchemaAsync();
        }
        catch (NpgsqlException)
        {
            _say($"the schema {Schema} could not be dropped: the server can't be reached any more");
        }
        finally
        {
            _folder.Delete(recursive: true);
            await _server.DisposeAsync();
        }
    }

    // The server stays, so what the run made in it goes.
    private async Task DropSchemaAsync()
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand($"SET client_min_messages = warning; DROP SCHEMA IF EXISTS {Schema} CASCADE");
        await command.ExecuteNonQueryAsync();
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
