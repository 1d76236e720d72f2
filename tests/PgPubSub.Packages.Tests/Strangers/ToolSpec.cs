using PgPubSub.Packages.Tests.Packing;
using PgPubSub.Packages.Tests.Processes;

namespace PgPubSub.Packages.Tests.Strangers;

/// <summary>The command line, installed as its README says.</summary>
[Collection(PackagesCollection.Name)]
public sealed class ToolSpec(PackedPackages packages)
{
    [Fact]
    public async Task The_tool_installs_and_says_what_it_can()
    {
        var folder = packages.NewFolder("tools");
        await Command.RunAsync(folder, "dotnet", "tool", "install", "PgPubSub.Cli", "--version", packages.Version, "--tool-path", folder);
        var said = await Command.RunAsync(folder, Path.Combine(folder, OperatingSystem.IsWindows() ? "pgpubsub.exe" : "pgpubsub"), "--help");

        Assert.Contains("dead-letters", said, StringComparison.Ordinal);
        Assert.Contains("--connection", said, StringComparison.Ordinal);
    }
}
