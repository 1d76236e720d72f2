using PgPubSub.Testing.Packages;

namespace PgPubSub.Testing;

/// <summary>What <see cref="PostgresServer.FindAsync"/> may do to come to a server.</summary>
public sealed class FindOptions
{
    /// <summary>Starts a container where the machine has no server binaries; null to leave Docker out.</summary>
    /// <value>null.</value>
    public IDockerStarter? Docker { get; set; }

    /// <summary>Whether the distribution's package may be installed as the last resort, on Debian and Ubuntu, as root.</summary>
    /// <value>false: a library does not install software unasked.</value>
    public bool InstallPackage { get; set; }

    /// <summary>How a throwaway server is made.</summary>
    /// <value>The defaults of <see cref="ThrowawayOptions"/>.</value>
    public ThrowawayOptions Throwaway { get; set; } = new();

    /// <summary>Told, in one line each, what is about to be done and which server was taken; never a password.</summary>
    /// <value>Writes to standard error.</value>
    public Action<string> Say { get; set; } = Console.Error.WriteLine;

    /// <summary>Reads environment variables.</summary>
    /// <value>Those of this process.</value>
    public Func<string, string?> Environment { get; set; } = System.Environment.GetEnvironmentVariable;

    internal IServerPackage Package { get; set; } = new DebianPackage();
}
