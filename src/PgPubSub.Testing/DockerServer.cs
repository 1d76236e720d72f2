namespace PgPubSub.Testing;

/// <summary>A server that an <see cref="IDockerStarter"/> started.</summary>
/// <param name="ConnectionString">Reaches it from this process.</param>
/// <param name="Description">What was started, for people: it follows the word "Docker: ".</param>
/// <param name="Container">Disposed when the server is no longer needed; null to leave it running.</param>
public sealed record DockerServer(string ConnectionString, string Description, IAsyncDisposable? Container)
{
    /// <summary>The description alone: a connection string may hold a password.</summary>
    public override string ToString() => Description;
}
