using System.Text.RegularExpressions;

namespace PgPubSub.Postgres.Statements;

/// <summary>The named blocks of the .sql files beside it, rewritten to one schema.</summary>
internal sealed partial class SqlCatalog
{
    private readonly Dictionary<string, string> _byName;

    public SqlCatalog(string schema) =>
        _byName = EmbeddedSql.Under("Statements/")
            .SelectMany(file => NamedBlock().Matches(file.Text))
            .ToDictionary(block => block.Groups["name"].Value, block => InSchema(block.Groups["sql"].Value.Trim(), schema), StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public string this[string name] => _byName.TryGetValue(name, out var sql) ? sql : throw new KeyNotFoundException($"No SQL block is named '{name}'.");

    /// <summary>The files are written against schema pgpubsub so that psql runs them as they are.</summary>
    public static string InSchema(string sql, string schema) =>
        WakeChannel().Replace(DefaultSchema().Replace(sql, $"\"{schema}\""), $"\"{ChannelOf(schema)}\"");

    /// <summary>The channel of a schema's wake-ups; at most 53 bytes of the 63 that an identifier may have.</summary>
    public static string ChannelOf(string schema) => schema + "_wake";

    [GeneratedRegex(@"^-- name: (?<name>\w+)\s*$(?<sql>.*?)(?=^-- name: |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex NamedBlock();

    [GeneratedRegex(@"\bpgpubsub(?=\.)|(?<=\bSCHEMA (?:IF EXISTS )?)pgpubsub\b")]
    private static partial Regex DefaultSchema();

    [GeneratedRegex(@"\bpgpubsub_wake\b")]
    private static partial Regex WakeChannel();
}
