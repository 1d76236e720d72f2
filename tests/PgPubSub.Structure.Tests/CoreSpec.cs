using PgPubSub.Structure.Tests.Assemblies;

namespace PgPubSub.Structure.Tests;

/// <summary>Core knows the base library without clock, randomness and I/O, and tasks in its Stores folder alone.</summary>
public sealed class CoreSpec
{
    private static readonly string[] ClockAndRandomness =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.Random", "System.Security.Cryptography.RandomNumberGenerator",
        "System.Diagnostics.Stopwatch", "System.TimeProvider", "System.Environment.get_TickCount", "System.Environment.get_TickCount64",
        "System.Threading.Timer", "System.Threading.PeriodicTimer",
    ];

    private static readonly string[] InputAndOutput =
        ["System.IO.File", "System.IO.Directory", "System.IO.FileStream", "System.IO.FileInfo", "System.Console", "System.Diagnostics.Process", "System.Net."];

    [Fact]
    public void Core_has_no_clock_and_no_randomness() =>
        Assert.Empty(UsesInCore((_, name) => ClockAndRandomness.Contains(name)));

    [Fact]
    public void Core_does_no_input_or_output() =>
        Assert.Empty(UsesInCore((_, name) => InputAndOutput.Any(forbidden => forbidden.EndsWith('.') ? name.StartsWith(forbidden, StringComparison.Ordinal) : name == forbidden)));

    [Fact]
    public void Tasks_appear_in_core_only_in_its_stores_folder() =>
        Assert.Empty(UsesInCore((place, name) => !place.EndsWith(".Stores", StringComparison.Ordinal) && IsTask(name)));

    private static bool IsTask(string name) =>
        name.StartsWith("System.Threading.Tasks.", StringComparison.Ordinal) || name.Contains("TaskMethodBuilder", StringComparison.Ordinal);

    private static List<string> UsesInCore(Func<string, string, bool> forbidden)
    {
        using var core = Room.Open("PgPubSub.Core");
        var uses = new Uses(core);
        var all = core.Metadata.TypeDefinitions.Select(core.Metadata.GetTypeDefinition)
            .SelectMany(type => uses.Of(type).Select(name => (Place: core.NamespaceOf(type), Type: core.NameOf(type), Name: name)))
            .ToList();

        Assert.Contains(all, use => use.Name.StartsWith("System.", StringComparison.Ordinal)); // an empty reading would prove nothing
        return [.. all.Where(use => forbidden(use.Place, use.Name)).Select(use => $"{use.Place}.{use.Type} uses {use.Name}")];
    }
}
