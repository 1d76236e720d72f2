using PgPubSub.Testing.Finding;

namespace PgPubSub.Testing;

/// <summary>A PostgreSQL server to run against, wherever it came from.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owned;

    internal PostgresServer(PostgresSource source, string connectionString, string description, IAsyncDisposable? owned) =>
        (Source, ConnectionString, Description, _owned) = (source, connectionString, description, owned);

    /// <summary>The environment variable that is asked first.</summary>
    public const string Variable = "PGPUBSUB_CONNECTION";

    /// <summary>Which way led to it.</summary>
    public PostgresSource Source { get; }

    /// <summary>Reaches the server; may hold a password.</summary>
    public string ConnectionString { get; }

    /// <summary>Version, place and source in one line without a password.</summary>
    public string Description { get; }

    /// <summary>The server as a throwaway, which can be stopped and killed; null when it is somebody else's or in a container.</summary>
    public ThrowawayServer? Throwaway => _owned as ThrowawayServer;

    /// <summary>
    /// Tries, in this order: PGPUBSUB_CONNECTION; server binaries of this machine, 14 or newer; <see cref="FindOptions.Docker"/>;
    /// where allowed, the distribution's package. Says which it took.
    /// </summary>
    /// <param name="options">What may be done; null for the defaults.</param>
    /// <param name="cancel">Gives up; nothing is left behind.</param>
    /// <exception cref="PostgresNotFoundException">None of them leads to a server, or PGPUBSUB_CONNECTION is set and leads to none.</exception>
    /// <exception cref="ServerStartException">There are server binaries, but the server does not start.</exception>
    public static Task<PostgresServer> FindAsync(FindOptions? options = null, CancellationToken cancel = default) =>
        new ServerSearch(options ?? new FindOptions()).RunAsync(cancel);

    /// <summary>Removes what was started for it; a server of somebody else is left as it is.</summary>
    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override string ToString() => Description;
}
