namespace PgPubSub.Shared.Folders;

/// <summary>A folder outside of any checkout that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pgpubsub-tests-");

    public string Path => _folder.FullName;

    /// <summary>Where a file of this name is, or would be.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and returns where it is.</summary>
    public string File(string name, string content)
    {
        System.IO.File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
