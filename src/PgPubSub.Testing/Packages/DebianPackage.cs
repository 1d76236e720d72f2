namespace PgPubSub.Testing.Packages;

/// <summary>The package postgresql of Debian and Ubuntu, kept from creating and starting a cluster of its own.</summary>
internal sealed class DebianPackage : IServerPackage
{
    private const string DropInFolder = "/etc/postgresql-common/createcluster.d";
    private static readonly string DropIn = Path.Combine(DropInFolder, "pgpubsub.conf");

    public string Name => "the distribution's package postgresql (apt-get install)";

    public bool CanInstall => Apt.CanInstall;

    public async Task<string?> InstallAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(DropInFolder);
        await File.WriteAllTextAsync(DropIn, "create_main_cluster = false\n", cancel);
        try
        {
            return await Apt.InstallAsync("postgresql", cancel);
        }
        finally
        {
            File.Delete(DropIn);
        }
    }
}
