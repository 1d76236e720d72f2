namespace PgPubSub.Testing;

/// <summary>Where a <see cref="PostgresServer"/> came from, in the order in which the ways are tried.</summary>
public enum PostgresSource
{
    /// <summary>The environment variable PGPUBSUB_CONNECTION; the server is somebody else's and is left as it is.</summary>
    Connection,

    /// <summary>Server binaries that were already on this machine, run as a <see cref="ThrowawayServer"/>.</summary>
    Binaries,

    /// <summary>A container, started by <see cref="FindOptions.Docker"/>.</summary>
    Docker,

    /// <summary>The distribution's package, installed just now and run as a <see cref="ThrowawayServer"/>.</summary>
    Package,
}
