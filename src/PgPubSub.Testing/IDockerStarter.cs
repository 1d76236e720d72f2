namespace PgPubSub.Testing;

/// <summary>Starts PostgreSQL in a container. A seam, so that this package needs no Docker client; <see cref="ComposeStarter"/> is one.</summary>
public interface IDockerStarter
{
    /// <summary>Starts a server and returns once it answers. Any exception means that there is none; the search says why and goes on.</summary>
    /// <param name="cancel">Gives up.</param>
    Task<DockerServer> StartAsync(CancellationToken cancel);
}
