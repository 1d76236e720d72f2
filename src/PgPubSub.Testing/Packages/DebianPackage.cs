using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing.Packages;

/// <summary>The package postgresql of Debian and Ubuntu, kept from creating and starting a cluster of its own.</summary>
internal sealed class DebianPackage : IServerPackage
{
    private const string DropInFolder = "/etc/postgresql-common/createcluster.d";
    private static readonly string DropIn = Path.Combine(DropInFolder, "pgpubsub.conf");

    public string Name => "the distribution's package postgresql (apt-get install)";

    public bool CanInstall =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version") && SearchPath.Find("apt-get") is not null;

    public async Task<string?> InstallAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(DropInFolder);
        await File.WriteAllTextAsync(DropIn, "create_main_cluster = false\n", cancel);
        try
        {
            await Command.RunAsync(["apt-get", "update", "-q"], cancel); // an old list may still do
            var installed = await Command.RunAsync(["apt-get", "install", "-y", "-q", "--no-install-recommends", "postgresql"], cancel);
            return installed.Succeeded ? null : installed.Output.Split('\n')[^1];
        }
        finally
        {
            File.Delete(DropIn);
        }
    }
}
