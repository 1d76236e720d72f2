using System.Runtime.InteropServices;

namespace PgPubSub.Cli.Top;

/// <summary>
/// What a terminal tells a program that draws on it: that it has another size, that the program is to stop for a while (Ctrl-Z), and that it goes on. Whoever has the
/// terminal meanwhile finds its settings as they were when this was made.
/// </summary>
internal sealed class Signals : IDisposable
{
    private const int Input = 0, Now = 0;

    // As the C library fills it; no system's is as large.
    private readonly byte[] _settings = new byte[256];
    private readonly IReadOnlyList<PosixSignalRegistration> _heard;

    public Signals(Action resized, Action suspending, Action resumed)
    {
        if (OperatingSystem.IsWindows())
        {
            _heard = [];
            return;
        }

        var known = GetSettings(Input, _settings) == 0;
        _heard =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => resized()),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context =>
            {
                suspending();
                if (known)
                    _ = SetSettings(Input, Now, _settings); // .NET sets its own again when it goes on
                context.Cancel = true;
                Stop(); // who hears this signal is not stopped by it any more
            }),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => resumed()),
        ];
    }

    public void Dispose()
    {
        foreach (var one in _heard)
            one.Dispose();
    }

    private static void Stop() => _ = Kill(Environment.ProcessId, OperatingSystem.IsLinux() ? 19 : 17); // SIGSTOP; it has a number of its own on Linux

    [DllImport("libc", EntryPoint = "tcgetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetSettings(int file, [Out] byte[] settings);

    [DllImport("libc", EntryPoint = "tcsetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetSettings(int file, int when, [In] byte[] settings);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int process, int signal);
}
