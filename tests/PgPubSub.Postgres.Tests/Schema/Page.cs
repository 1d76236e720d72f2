namespace PgPubSub.Postgres.Tests.Schema;

/// <summary>A page of the documentation in the checkout that these tests were built from.</summary>
internal static class Page
{
    public static string Read(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PgPubSub.Actors.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("These tests read the checkout that they were built in.");
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", name)).ReplaceLineEndings("\n");
    }
}
