using PgPubSub.Testing.Processes;

namespace PgPubSub.Testing;

/// <summary>Starts the services of a compose file with <c>docker compose up -d --wait</c> and leaves them running: the next run finds them warm.</summary>
/// <param name="file">The compose file.</param>
/// <param name="connectionString">Reaches the PostgreSQL that the file describes.</param>
public sealed class ComposeStarter(string file, string connectionString) : IDockerStarter
{
    internal string Program { get; init; } = "docker";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no docker command, or it failed; the message is what it said.</exception>
    public async Task<DockerServer> StartAsync(CancellationToken cancel)
    {
        var up = await Command.RunAsync([Program, "compose", "-f", Path.GetFullPath(file), "up", "-d", "--wait"], cancel);
        return up.Succeeded
            ? new DockerServer(connectionString, $"docker compose, left running; `docker compose -f {file} down` ends it", null)
            : throw new InvalidOperationException(up.Output);
    }
}
