using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Clusters;

/// <summary>
/// Says that a cluster folder has a living owner: an open file that the system unlocks when the owner ends, with the owner's identity in it.
/// It is there before the folder and goes after it, so a folder without a lock file is never ours.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    public const string Suffix = ".lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    public string Path => _file.Name;

    public string Folder => Path[..^Suffix.Length];

    public static FolderLock Take(string folder)
    {
        var file = new FileStream(folder + Suffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        file.Write(System.Text.Encoding.ASCII.GetBytes(ProcessIdentity.Current.ToString()));
        file.Flush();
        return new FolderLock(file);
    }

    /// <summary>Takes over the lock of an owner that is gone; null while it lives, or where the file is not ours to judge.</summary>
    public static FolderLock? TakeOver(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        using var reader = new StreamReader(file, leaveOpen: true);
        if (ProcessIdentity.TryParse(reader.ReadToEnd(), out var owner) && owner.IsAlive)
        {
            file.Dispose();
            return null;
        }

        return new FolderLock(file);
    }

    public void Dispose() => _file.Dispose();
}
