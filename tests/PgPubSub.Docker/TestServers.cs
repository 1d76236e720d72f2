using PgPubSub.Testing;

namespace PgPubSub.Docker;

/// <summary>The server that tests run against: one a process, found on first use, removed when the process ends.</summary>
public static class TestServers
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => PostgresServer.FindAsync(Options()));

    /// <summary>The shared server. Tests make schemas of their own in it; who wants to stop or kill one starts a <see cref="ThrowawayServer"/>.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>How tests look for a server: every way is allowed.</summary>
    public static FindOptions Options() => new() { InstallPackage = true, Docker = Docker() };

#if DOCKER
    private static TestcontainersStarter Docker() => new();
#else
    private static IDockerStarter? Docker() => null;
#endif
}
