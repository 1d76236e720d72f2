using PgPubSub.Packages.Tests.Processes;

namespace PgPubSub.Packages.Tests.Packing;

/// <summary>The packages of this checkout under a version that nobody has seen, in a folder that is gone afterwards. NuGet answers with an old package where it knows the version.</summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string Version { get; } = $"0.0.0-test{Guid.NewGuid():N}";

    /// <summary>A source of packages.</summary>
    internal string Source => _folder.PathOf("source");

    internal IEnumerable<Package> All => Directory.EnumerateFiles(Source, "*.nupkg").Order(StringComparer.Ordinal).Select(file => new Package(file));

    /// <summary>Packs. What compiles into <c>artifacts/</c> is left there for the next time; ordinary builds know nothing of it, and have run the analyzers already.</summary>
    public async Task InitializeAsync()
    {
        await Command.RunAsync(
            Repository.Root, "dotnet", "pack", "PgPubSub.Actors.sln", "--artifacts-path", Path.Combine("artifacts", "packages"), "--output", Source, $"-p:PackageVersion={Version}",
            "-p:RunAnalyzers=false", "--verbosity", "quiet", "-nologo");

        // Found by all that is restored below this folder, beside the sources that the machine has anyway.
        _folder.File("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="pgpubsub" value="{Source}" />
              </packageSources>
            </configuration>
            """);
    }

    public async Task DisposeAsync()
    {
        var said = await Command.RunAsync(_folder.Path, "dotnet", "nuget", "locals", "global-packages", "--list", "--force-english-output");
        var cache = said.Split(": ", 2)[1].Trim();
        foreach (var package in All.Select(package => Path.Combine(cache, package.Id.ToLowerInvariant(), Version)).Where(Directory.Exists))
        {
            Directory.Delete(package, recursive: true);
            if (!Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(package)!).Any())
                Directory.Delete(Path.GetDirectoryName(package)!);
        }

        _folder.Dispose();
    }

    /// <summary>A new folder, outside of the checkout.</summary>
    internal string NewFolder(string name) => Directory.CreateDirectory(_folder.PathOf(name)).FullName;

    internal Package Find(string id) => All.Single(package => package.Id == id);
}

[CollectionDefinition(Name)]
public sealed class PackagesCollection : ICollectionFixture<PackedPackages>
{
    internal const string Name = "packages";
}
