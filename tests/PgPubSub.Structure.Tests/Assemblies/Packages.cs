namespace PgPubSub.Structure.Tests.Assemblies;

/// <summary>The packages under src/ and where their assemblies were built to.</summary>
internal static class Packages
{
    /// <summary>Every one by its name.</summary>
    public static IEnumerable<string> All => Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);

    // The command line's assembly is called like the program.
    public static string AssemblyOf(string package) =>
        Path.Combine(Repository.Root, "src", package, "bin", Repository.Configuration, "net10.0", (package == "PgPubSub.Cli" ? "pgpubsub" : package) + ".dll");

    public static bool IsBuilt(string package) => File.Exists(AssemblyOf(package));
}
