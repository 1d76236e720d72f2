using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Packages;

/// <summary>Installs packages of Debian and Ubuntu, as root.</summary>
internal static class Apt
{
    public static bool CanInstall =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version") && SearchPath.Find("apt-get") is not null;

    /// <summary>Installs a package; what went wrong, or null when nothing did.</summary>
    public static async Task<string?> InstallAsync(string package, CancellationToken cancel)
    {
        await Command.RunAsync(["apt-get", "update", "-q"], cancel); // an old list may still do
        var installed = await Command.RunAsync(["apt-get", "install", "-y", "-q", "--no-install-recommends", package], cancel);
        return installed.Succeeded ? null : installed.Output.Split('\n')[^1];
    }
}
