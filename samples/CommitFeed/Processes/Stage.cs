using PgPubSub.Samples.Shared.Servers;

namespace CommitFeed.Processes;

/// <summary>What a run needs and takes away again: a server, a schema and a folder for the journals.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly SampleServer _server;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgpubsub-feed-");

    private Stage(SampleServer server) => (_server, Schema) = (server, server.NewSchema("feed"));

    public string ConnectionString => _server.ConnectionString;

    /// <summary>This run's own.</summary>
    public string Schema { get; }

    public string JournalOf(string name) => Path.Combine(_folder.FullName, name + ".jsonl");

    public static async Task<Stage> SetAsync(Action<string> say, CancellationToken cancel) => new(await SampleServer.FindAsync(say, cancel));

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await _server.DisposeAsync();
    }
}
