namespace PgPubSub.Testing.Tests;

/// <summary>A folder for one test that the server's user can enter.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Path = System.IO.Path.Combine(Environment.IsPrivilegedProcess ? "/tmp" : System.IO.Path.GetTempPath(), "testing-spec-" + Guid.NewGuid().ToString("N")[..12]);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>Puts an executable script there; its folder is returned.</summary>
    public string Script(string folder, string name, string body)
    {
        var inside = Directory.CreateDirectory(System.IO.Path.Combine(Path, folder)).FullName;
        var file = System.IO.Path.Combine(inside, name);
        File.WriteAllText(file, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        }

        return inside;
    }

    /// <summary>A folder that looks like a server's binaries of a version.</summary>
    public string Binaries(string folder, string version)
    {
        Script(folder, "initdb", "exit 1");
        Script(folder, "pg_ctl", "exit 1");
        return Script(folder, "postgres", $"echo 'postgres (PostgreSQL) {version}'");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
