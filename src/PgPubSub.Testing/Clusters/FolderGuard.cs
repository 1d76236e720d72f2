using System.Diagnostics;

namespace PgPubSub.Testing.Clusters;

/// <summary>
/// A small process that outlives its owner, however it ends (return, Ctrl-C, SIGKILL), and then stops the server and removes the folder.
/// Dispose asks for the same and waits until it is done.
/// </summary>
internal sealed class FolderGuard : IAsyncDisposable
{
    private static readonly string Script = ReadScript();

    private readonly Process _process;
    private int _disposed;

    private FolderGuard(Process process) => _process = process;

    public static FolderGuard Start(FolderLock taken) =>
        new(Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "pgpubsub-guard", taken.Folder, taken.Path])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        })!);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private static string ReadScript()
    {
        using var stream = typeof(FolderGuard).Assembly.GetManifestResourceStream("remove.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
