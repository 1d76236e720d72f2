using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Clusters;

/// <summary>The folder of one throwaway cluster: private to the server's user, gone when its owner is.</summary>
internal sealed class ClusterFolder : IAsyncDisposable
{
    public const string Prefix = "pgpubsub-";

    private readonly FolderLock _lock;
    private readonly FolderGuard _guard;

    private ClusterFolder(FolderLock taken, FolderGuard guard) => (_lock, _guard) = (taken, guard);

    public string Data => Path.Combine(_lock.Folder, "data");

    public string Log => Path.Combine(_lock.Folder, "server.log");

    public static string DefaultParent => Environment.IsPrivilegedProcess ? "/tmp" : Path.GetTempPath();

    public static async Task<ClusterFolder> CreateAsync(string parent, OrdinaryUser user, CancellationToken cancel)
    {
        var taken = FolderLock.Take(Path.Combine(Path.GetFullPath(parent), Prefix + Guid.NewGuid().ToString("N")[..12]));
        var created = new ClusterFolder(taken, FolderGuard.Start(taken));
        try
        {
            CreatePrivate(taken.Folder);
            await user.OwnAsync(taken.Folder, cancel);
            return created;
        }
        catch
        {
            await created.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        _lock.Dispose();
    }

    private static void CreatePrivate(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
