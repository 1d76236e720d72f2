namespace PgPubSub.Structure.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string Configuration => AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>Every package under src/ by its name.</summary>
    public static IEnumerable<string> Packages => Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);

    // The command line's assembly is called like the program.
    public static string AssemblyOf(string package) =>
        Path.Combine(Root, "src", package, "bin", Configuration, "net10.0", (package == "PgPubSub.Cli" ? "pgpubsub" : package) + ".dll");

    public static bool IsBuilt(string package) => File.Exists(AssemblyOf(package));

    /// <summary>The source files below folders of the checkout, without what builds write.</summary>
    public static IEnumerable<string> Sources(params IEnumerable<string> folders) =>
        folders.Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj"));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PgPubSub.Actors.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests read the checkout that they were built in.");
        }

        return folder.FullName;
    }
}
