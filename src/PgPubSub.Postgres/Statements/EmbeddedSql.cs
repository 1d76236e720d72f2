using System.Reflection;

namespace PgPubSub.Postgres.Statements;

/// <summary>Reads the .sql files that are built into this assembly.</summary>
internal static class EmbeddedSql
{
    public static IEnumerable<(string Path, string Text)> Under(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var path in assembly.GetManifestResourceNames().Where(x => x.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(path)!);
            yield return (path, reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }
}
