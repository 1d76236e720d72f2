using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PgPubSub.Cli.Output;

/// <summary>
/// Where answers go. Where that is no terminal they go in large pieces, and a pipe's reader that has left is heard of: the console's own stream would write on into nothing.
/// </summary>
internal static class StandardOutput
{
    private const int Descriptor = 1, BrokenPipe = 32; // EPIPE, on Linux and macOS

    private const int BufferBytes = 64 * 1024;

    public static TextWriter Open() => Console.IsOutputRedirected ? new StreamWriter(OpenStream(), new UTF8Encoding(false), BufferBytes) : Console.Out;

    // A file's place is shared with other processes, which a stream of one's own does not see.
    private static Stream OpenStream() =>
        !OperatingSystem.IsWindows() && new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0) is { CanSeek: false } pipe
            ? pipe : Console.OpenStandardOutput();

    /// <summary>Whether a failure means that an answer could not be written, wherever it goes: the verbs tell of input that can't be read in other ways.</summary>
    public static bool IsFull(Exception failure) => failure is IOException or UnauthorizedAccessException; // the second where it is closed

    /// <summary>Whether a failure means that whoever read has enough.</summary>
    public static bool HasLeft(Exception failure) => failure is IOException { HResult: BrokenPipe };
}
