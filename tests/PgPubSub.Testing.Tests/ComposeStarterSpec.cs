namespace PgPubSub.Testing.Tests;

public sealed class ComposeStarterSpec : IDisposable
{
    private const string Connection = "Host=127.0.0.1;Port=5544;Password=hidden";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task It_waits_for_the_services_of_the_file_and_says_how_to_end_them()
    {
        var starter = Starter("""printf '%s\n' "$@" >"$0.said" """);

        var server = await starter.StartAsync(CancellationToken.None);

        Assert.Equal(["compose", "-f", "/some/docker-compose.yml", "up", "-d", "--wait"], File.ReadAllLines(starter.Program + ".said"));
        Assert.Equal((Connection, null), (server.ConnectionString, server.Container));
        Assert.Contains("docker compose -f /some/docker-compose.yml down", server.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", server.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_docker_that_fails_is_an_error_in_its_own_words()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Starter("echo 'no daemon' >&2; exit 1").StartAsync(CancellationToken.None));

        Assert.Equal("no daemon", error.Message);
    }

    [Fact]
    public async Task Without_a_docker_command_the_error_names_it()
    {
        var starter = new ComposeStarter("docker-compose.yml", Connection) { Program = Path.Combine(_folder.Path, "no-docker") };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => starter.StartAsync(CancellationToken.None));

        Assert.Contains("no-docker", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ComposeStarter Starter(string script) =>
        new("/some/docker-compose.yml", Connection) { Program = Path.Combine(_folder.Script("bin", "docker", script), "docker") };
}
