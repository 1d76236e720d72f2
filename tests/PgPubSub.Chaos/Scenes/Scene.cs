using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Journals;
using PgPubSub.Chaos.Roles;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Scenes;

/// <summary>A server of its own, publishers and two group members in processes of their own, and what they all write down.</summary>
internal sealed class Scene : IAsyncDisposable
{
    /// <summary>The scene's own journal; those of workers have a dash in their names.</summary>
    public const string JournalName = "scene" + Journal.Suffix;

    private readonly Journal _journal;

    private Scene(ThrowawayServer server, Terms terms, string folder)
    {
        (Server, Terms, Folder) = (server, terms, folder);
        AdminConnectionString = WorkerConnectionString = server.ConnectionString;
        Publishers = [new WorkerProcess(this, Role.Publisher, "publisher-1"), new WorkerProcess(this, Role.Publisher, "publisher-2")];
        Members = [new WorkerProcess(this, Role.Member, "member-1"), new WorkerProcess(this, Role.Member, "member-2")];
        _journal = new Journal(Path.Combine(folder, JournalName));
    }

    public ThrowawayServer Server { get; }

    public Terms Terms { get; }

    /// <summary>Where the journals are.</summary>
    public string Folder { get; }

    public string Schema => "chaos";

    /// <summary>Straight to the server, database postgres; for the fault's own use, and for the check. A fault that puts another server in its place sets it.</summary>
    public string AdminConnectionString { get; set; }

    /// <summary>What the workers are started with.</summary>
    public string WorkerConnectionString { get; set; }

    /// <summary>Variables for every worker.</summary>
    public IDictionary<string, string> WorkerEnvironment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<WorkerProcess> Publishers { get; }

    public IReadOnlyList<WorkerProcess> Members { get; }

    /// <summary>Starts the server and lets the fault prepare; then <see cref="StartWorkersAsync"/>.</summary>
    public static async Task<Scene> SetAsync(IFault fault, Terms terms, string folder)
    {
        var options = new ThrowawayOptions();
        fault.Configure(options);
        var scene = new Scene(await ThrowawayServer.StartAsync(options), terms, folder);
        try
        {
            await fault.PrepareAsync(scene);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>All at once.</summary>
    public Task StartWorkersAsync() => Task.WhenAll(Members.Concat(Publishers).Select(worker => worker.StartAsync()));

    /// <summary>Ends them in good order.</summary>
    public Task EndWorkersAsync() => Task.WhenAll(Publishers.Concat(Members).Select(worker => worker.DisposeAsync().AsTask()));

    /// <summary>Writes down what happens to the scene as a whole, or to a worker.</summary>
    public void Note(Note what, string worker = "-", long number = -1) => Note(new Fact(what, Journal.Now, worker, number));

    /// <summary>Likewise, with all there is to say.</summary>
    public void Note(Fact fact) => _journal.Write(fact);

    public async ValueTask DisposeAsync()
    {
        await EndWorkersAsync();
        await Server.DisposeAsync();
        _journal.Dispose();
    }
}
