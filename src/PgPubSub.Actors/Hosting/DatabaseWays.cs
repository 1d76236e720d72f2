using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>The ways to a database that options may name: one of them is to be set.</summary>
internal static class DatabaseWays
{
    private const string All = "ConnectionString, ConnectionStringName, DataSource, DataSourceName and UseInMemory()";

    /// <summary>Those that are set.</summary>
    public static IReadOnlyList<string> Set(PgPubSubOptions options)
    {
        string?[] set =
        [
            options.ConnectionString is null ? null : nameof(options.ConnectionString),
            options.ConnectionStringName is null ? null : nameof(options.ConnectionStringName),
            options.DataSource is null ? null : nameof(options.DataSource),
            options.DataSourceName is null ? null : nameof(options.DataSourceName),
            options.Memory is null ? null : "UseInMemory()",
        ];
        return [.. set.OfType<string>()];
    }

    /// <summary>What is wrong, without what they lead to.</summary>
    public static IEnumerable<string> Problems(PgPubSubOptions options, bool hosted)
    {
        var set = Set(options);
        if (set.Count == 0)
            yield return $"Exactly one of {All} must be set; none is.";
        if (set.Count > 1)
            yield return $"{string.Join(", ", set.SkipLast(1))} and {set[^1]} are set; exactly one of {All} must be.";
        if (!hosted && (options.ConnectionStringName ?? options.DataSourceName) is not null)
            yield return "ConnectionStringName and DataSourceName are looked up in a host: start the instance with WithPgPubSub, or set ConnectionString or DataSource.";
        if (options.ConnectionStringName is { } name && (NameRule.Problem(nameof(options.ConnectionStringName), name) ?? Text(nameof(options.ConnectionStringName), name)) is { } wrong)
            yield return wrong;
        if (options.DataSourceName is { Length: > 0 } key && (NameRule.Problem(nameof(options.DataSourceName), key) ?? Text(nameof(options.DataSourceName), key)) is { } unusable)
            yield return unusable;
    }

    // A connection string that was written here by mistake must not come into an error text as a name.
    private static string? Text(string option, string value) => value.Contains('=', StringComparison.Ordinal) || value.Contains("://", StringComparison.Ordinal)
        ? $"{option} is a name and must contain neither '=' nor '://'."
        : null;
}
