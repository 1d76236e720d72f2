using System.Globalization;
using PgPubSub.Testing.Clusters;
using PgPubSub.Testing.Processes;

namespace PgPubSub.Chaos.Faults.Disks;

/// <summary>A small file system of its own, which can be filled to its last byte.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Prefix = "chaos-disk-";
    private const int BlockSize = 65_536;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly Lazy<string?> Refused = new(() => TryAsync().GetAwaiter().GetResult());

    private readonly FolderLock _taken;

    private SmallDisk(FolderLock taken) => _taken = taken;

    /// <summary>Null where a file system can be mounted here; else the reason why not. It is really tried.</summary>
    public static string? Missing => Refused.Value;

    /// <summary>Where it is mounted; anybody may write there.</summary>
    public string Folder => _taken.Folder;

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Makes and mounts one; what crashed runs left mounted is removed first.</summary>
    /// <exception cref="InvalidOperationException">Mounting is not allowed here.</exception>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var parent = ClusterFolder.DefaultParent;
        foreach (var path in Directory.EnumerateFiles(parent, Prefix + "*" + FolderLock.Suffix))
        {
            if (FolderLock.TakeOver(path) is { } left)
                await new SmallDisk(left).DisposeAsync();
        }

        var disk = new SmallDisk(FolderLock.Take(Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N")[..12])));
        Directory.CreateDirectory(disk.Folder);
        var mounted = await Command.RunAsync(
            ["mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=1777"), "pgpubsub-chaos", disk.Folder], CancellationToken.None);
        if (mounted.Succeeded)
            return disk;
        await disk.DisposeAsync();
        throw new InvalidOperationException(mounted.Output);
    }

    /// <summary>Writes ballast until no byte is left; how many were.</summary>
    public long Fill()
    {
        var block = new byte[BlockSize];
        var written = 0L;
        using var ballast = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var size = BlockSize; size > 0; size /= 4)
        {
            try
            {
                while (true)
                {
                    ballast.Write(block, 0, size);
                    written += size;
                }
            }
            catch (IOException)
            {
                // No room for a block of this size.
            }
        }

        return written;
    }

    /// <summary>Takes the ballast away.</summary>
    public void Free() => File.Delete(Ballast);

    /// <summary>Unmounts it; what still uses it is waited for a little.</summary>
    public async ValueTask DisposeAsync()
    {
        using var enough = new CancellationTokenSource(Patience);
        while (!(await Command.RunAsync(["umount", Folder], CancellationToken.None)).Output.Contains("not mounted", StringComparison.Ordinal)
            && Directory.Exists(Folder) && await IsMountedAsync())
        {
            if (!await enough.Token.HoldsAsync(TimeSpan.FromMilliseconds(100)))
                await Command.RunAsync(["umount", "-l", Folder], CancellationToken.None);
        }

        if (Directory.Exists(Folder))
            Directory.Delete(Folder);
        _taken.Dispose();
        File.Delete(_taken.Path);
    }

    private static async Task<string?> TryAsync()
    {
        if (!OperatingSystem.IsLinux())
            return "a small file system is mounted on Linux only";
        try
        {
            await (await MountAsync(1)).DisposeAsync();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"no file system may be mounted here: {e.Message}";
        }
    }

    private async Task<bool> IsMountedAsync() => (await File.ReadAllLinesAsync("/proc/mounts")).Any(line => line.Split(' ')[1] == Folder);
}
