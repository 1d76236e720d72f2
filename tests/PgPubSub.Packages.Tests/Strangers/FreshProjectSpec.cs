using System.Runtime.InteropServices;
using Npgsql;
using PgPubSub.Docker;
using PgPubSub.Packages.Tests.Packing;
using PgPubSub.Packages.Tests.Processes;
using PgPubSub.Testing;

namespace PgPubSub.Packages.Tests.Strangers;

/// <summary>A program that knows nothing but the packages: Applications/Shop, outside of the checkout.</summary>
[Collection(PackagesCollection.Name)]
public sealed class FreshProjectSpec(PackedPackages packages) : IAsyncLifetime
{
    private readonly string _schema = $"shop_{Guid.NewGuid():N}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await using var source = NpgsqlDataSource.Create((await TestServers.SharedAsync()).ConnectionString);
        await using var command = source.CreateCommand($"DROP SCHEMA IF EXISTS {_schema} CASCADE");
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task A_fresh_project_builds_and_does_its_work()
    {
        var folder = Shop("shop");
        await Command.RunAsync(folder, "dotnet", "build", "--configuration", "Release", $"-p:PgPubSubVersion={packages.Version}", "--output", "out", "--verbosity", "quiet", "-nologo");

        await WorksAsync(folder, framework: 10, "dotnet", "exec", Path.Combine("out", "Shop.dll"));
    }

    [Fact]
    public async Task A_program_that_brings_its_net_8_along_does_its_work()
    {
        var folder = Shop("shop-net8");
        await Command.RunAsync(
            folder, "dotnet", "publish", "--configuration", "Release", "-p:ShopFramework=net8.0", "--runtime", RuntimeInformation.RuntimeIdentifier, "--self-contained", $"-p:PgPubSubVersion={packages.Version}",
            "--output", "out", "--verbosity", "quiet", "-nologo");

        await WorksAsync(folder, framework: 8, Path.Combine(folder, "out", OperatingSystem.IsWindows() ? "Shop.exe" : "Shop"));
    }

    private async Task WorksAsync(string folder, int framework, string program, params IEnumerable<string> arguments)
    {
        var server = await TestServers.SharedAsync();
        var said = await Command.RunAsync(folder, new Dictionary<string, string> { [PostgresServer.Variable] = server.ConnectionString }, program, [.. arguments, _schema]);

        const string work = "published at 0, handled o-1, settled to 1 with 0 in flight, replayed o-1";
        Assert.Equal([$".NET {framework}", "conformance: R1 holds", $"in memory: {work}", $"PostgreSQL: {work}"], said.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("[INFO]", StringComparison.Ordinal)));
    }

    private string Shop(string name)
    {
        var folder = packages.NewFolder(name);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "PgPubSub.Packages.Tests", "Applications", "Shop")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }
}
