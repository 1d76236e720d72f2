using PgPubSub.Testing.Packages;

namespace PgPubSub.Testing.Tests.Finding;

/// <summary>A machine that is not this one: what it has is said by the test, what is done to it is written down.</summary>
internal sealed class FakeWays : IDockerStarter, IServerPackage
{
    private readonly List<string> _log = [];

    public IReadOnlyList<string> Log => _log;

    public Dictionary<string, string> Variables { get; } = [];

    public List<string> BinaryFolders { get; } = [];

    public string? DockerFailure { get; init; }

    public Func<string?> Install { get; init; } = () => "there is no network";

    public string Name => "the package";

    public bool CanInstall { get; init; }

    public FindOptions Options(bool docker = true, bool install = true) => new()
    {
        Environment = Variables.GetValueOrDefault,
        Throwaway = new ThrowawayOptions { BinaryFolders = BinaryFolders },
        Docker = docker ? this : null,
        InstallPackage = install,
        Package = this,
        Say = line => _log.Add("said: " + line),
    };

    public Task<DockerServer> StartAsync(CancellationToken cancel)
    {
        _log.Add("docker started");
        return DockerFailure is { } failure
            ? Task.FromException<DockerServer>(new InvalidOperationException(failure))
            : Task.FromResult(new DockerServer("Host=container;Password=hidden", "a container", null));
    }

    public Task<string?> InstallAsync(CancellationToken cancel)
    {
        _log.Add("package installed");
        return Task.FromResult(Install());
    }
}
