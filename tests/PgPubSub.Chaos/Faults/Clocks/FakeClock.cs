using System.Globalization;
using PgPubSub.Shared.Packages;

namespace PgPubSub.Chaos.Faults.Clocks;

/// <summary>A wall clock that other processes read in place of the machine's, by libfaketime; their monotonic clock is left alone.</summary>
internal sealed class FakeClock : IDisposable
{
    private const string Name = "libfaketime", Library = "libfaketimeMT.so.1";

    private static readonly Lazy<string?> Lacking = new(() => Distribution.LackingAsync(Name, Name, () => Find() is not null).GetAwaiter().GetResult());

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"pgpubsub-clock-{Guid.NewGuid():N}");

    /// <param name="off">By how much it is off at first.</param>
    public FakeClock(TimeSpan off) => Set(off);

    /// <summary>A set clock is seen everywhere after this.</summary>
    public static TimeSpan SeenAfter { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Null where this machine has libfaketime, or can be given it; else the reason why not.</summary>
    public static string? Missing => Lacking.Value;

    /// <summary>What a process is started with.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment =>
    [
        new("LD_PRELOAD", Find()!),
        new("FAKETIME_TIMESTAMP_FILE", _file),
        new("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        new("FAKETIME_DONT_RESET", "1"),
        new("FAKETIME_CACHE_DURATION", "1"),
    ];

    /// <summary>Steps the clock.</summary>
    public void Set(TimeSpan off)
    {
        // In one step: a reader sees the old or the new.
        File.WriteAllText(_file + ".new", string.Create(CultureInfo.InvariantCulture, $"{(long)off.TotalSeconds:+0;-0;+0}\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_file + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Move(_file + ".new", _file, overwrite: true);
    }

    public void Dispose() => File.Delete(_file);

    private static string? Find() =>
        !OperatingSystem.IsLinux() ? null
        : new[] { "/usr/lib", "/usr/lib64", "/usr/local/lib" }.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateDirectories(folder).Prepend(folder))
            .SelectMany(folder => new[] { Path.Combine(folder, "faketime", Library), Path.Combine(folder, Library) })
            .FirstOrDefault(File.Exists);
}
