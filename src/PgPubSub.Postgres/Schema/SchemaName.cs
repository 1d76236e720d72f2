using System.Text.RegularExpressions;

namespace PgPubSub.Postgres.Schema;

/// <summary>The rule for the name of the schema that holds all tables.</summary>
public static partial class SchemaName
{
    /// <summary>The schema that is used unless another is set.</summary>
    /// <value><c>pgpubsub</c>.</value>
    public const string Default = "pgpubsub";

    /// <summary>Says what is wrong with a schema's name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>A sentence, or null where nothing is wrong.</returns>
    public static string? Problem(string? name) =>
        name is null || !Rule().IsMatch(name) ? "Schema must match ^[a-z_][a-z0-9_]{0,47}$."
        : name.StartsWith("pg_", StringComparison.Ordinal) ? "Schema must not begin with pg_: PostgreSQL keeps these names for itself."
        : null;

    // 48 characters leave room for the suffix of the longest identifier that derives from it (63 bytes in all).
    [GeneratedRegex("^[a-z_][a-z0-9_]{0,47}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
