namespace PgPubSub.Packages.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PgPubSub.Actors.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests read the checkout that they were built in.");
        return folder.FullName;
    }
}
