using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Schema;

/// <summary>One forward step of a line: an embedded file <c>Schema/line/0001_what.sql</c>.</summary>
internal sealed record Migration(string Line, int Version, string Name, string Text)
{
    /// <summary>Of the file as it is written, whatever the schema: a merged file never changes.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>Whether programs that do not know it must not run against it; a line of the file's header says so.</summary>
    public bool Breaking => Text.Contains("-- breaking\n", StringComparison.Ordinal);

    public static IReadOnlyList<Migration> Of(string line) =>
        [.. EmbeddedSql.Under($"Schema/{line}/").Select(file => Parse(line, file.Path, file.Text))];

    private static Migration Parse(string line, string path, string text)
    {
        var file = Path.GetFileNameWithoutExtension(path);
        return new Migration(line, int.Parse(file.AsSpan(0, 4), CultureInfo.InvariantCulture), file[5..], text);
    }
}
