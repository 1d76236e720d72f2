using Npgsql;
using PgPubSub.Postgres.Schema;

namespace PgPubSub.Postgres;

/// <summary>How to reach the database. Exactly one of <see cref="ConnectionString"/> and <see cref="DataSource"/> is set.</summary>
public sealed class PostgresStoreOptions
{
    /// <summary>
    /// The least that <see cref="MaxConnections"/> may be: one to listen, one to publish, one to deliver, and one that is kept back to end
    /// a session that hangs.
    /// </summary>
    public const int LeastConnections = 4;

    /// <summary>An Npgsql connection string; the store makes a data source of it, owns it and disposes it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>A data source of the application; borrowed, never disposed.</summary>
    public NpgsqlDataSource? DataSource { get; set; }

    /// <summary>
    /// An Npgsql connection string that leads to the same database past any pooler, for the one connection that listens and holds the node's
    /// presence lock; everything else goes the way of the others. One that leads elsewhere is told as a fault each time it is opened, and keeps nothing.
    /// </summary>
    /// <value>The default is null: it listens where everything else goes.</value>
    public string? ListenConnectionString { get; set; }

    /// <summary>The schema that holds all tables; see <see cref="SchemaName"/> for the rule.</summary>
    /// <value>The default is <c>pgpubsub</c>.</value>
    public string Schema { get; set; } = SchemaName.Default;

    /// <summary>Whether the schema is made or brought up to date on first use; otherwise it is only checked.</summary>
    /// <value>The default is true.</value>
    public bool AutoMigrate { get; set; } = true;

    /// <summary>The most connections this node opens, the listening one included, also from a borrowed data source.</summary>
    /// <value>The default is 10; from 4 to 1,000.</value>
    public int MaxConnections { get; set; } = 10;

    /// <summary>How long a write may take before its session is ended and its outcome resolved; it is never cancelled.</summary>
    /// <value>The default is 30 s; from 1 s to 10 minutes.</value>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Lists what is wrong, without the connection string.</summary>
    /// <returns>A sentence for each problem, each naming its option; empty where all is well.</returns>
    public IReadOnlyList<string> Problems() =>
        [.. (ConnectionString is null) == (DataSource is null) ? ["Exactly one of ConnectionString and DataSource must be set."] : Array.Empty<string>(), .. OtherProblems()];

    /// <summary>What is wrong besides that there is not exactly one way to the database.</summary>
    internal IReadOnlyList<string> OtherProblems()
    {
        string?[] problems =
        [
            ConnectionStringProblem(nameof(ConnectionString), ConnectionString),
            ConnectionStringProblem(nameof(ListenConnectionString), ListenConnectionString),
            DataSource is { } source && new NpgsqlConnectionStringBuilder(source.ConnectionString).Multiplexing
                ? "DataSource multiplexes: a transaction needs a session of its own." : null,
            SchemaName.Problem(Schema),
            MaxConnections is < LeastConnections or > 1_000 ? $"MaxConnections is {MaxConnections}; it must be between {LeastConnections} and 1000." : null,
            WriteTimeout < TimeSpan.FromSeconds(1) || WriteTimeout > TimeSpan.FromMinutes(10) ? $"WriteTimeout is {WriteTimeout}; it must be between 1 second and 10 minutes." : null,
        ];
        return [.. problems.OfType<string>()];
    }

    private static string? ConnectionStringProblem(string option, string? value)
    {
        try
        {
            return value is null || new NpgsqlConnectionStringBuilder(value).Host is not null ? null : $"{option} names no Host.";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return $"{option} is not an Npgsql connection string.";
        }
    }
}
