using PgPubSub.Testing;
using Testcontainers.PostgreSql;

namespace PgPubSub.Docker;

/// <summary>A container for the length of the tests. The only file that sees Testcontainers; compiled where Docker can exist.</summary>
internal sealed class TestcontainersStarter : IDockerStarter
{
    private const string Image = "postgres:17";

    public async Task<DockerServer> StartAsync(CancellationToken cancel)
    {
        // The builder turns durability off; of two settings the later holds, and ours is what users run with.
        var container = new PostgreSqlBuilder(Image)
            .WithCommand("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on", "-c", "max_connections=200")
            .Build();
        try
        {
            await container.StartAsync(cancel);
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }

        return new DockerServer(container.GetConnectionString(), $"a container of {Image}", container);
    }
}
