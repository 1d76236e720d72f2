using Npgsql;
using NpgsqlTypes;
using PgPubSub.Samples.Shared.Input;

namespace StreamPipelines.Projections;

/// <summary>
/// The projection's tables. What a commit changes and the offset that it stands at are written in one transaction, so an offset that is there has been counted, once.
/// </summary>
internal sealed class AuthorTable : IAsyncDisposable
{
    private const string Create = """
        CREATE TABLE author (
          name text PRIMARY KEY,
          commits bigint NOT NULL,
          first_commit timestamptz NOT NULL,
          last_commit timestamptz NOT NULL);
        CREATE TABLE applied (
          log_offset bigint PRIMARY KEY)
        """;

    private const string Apply = """
        INSERT INTO applied (log_offset)
        SELECT log_offset FROM unnest($1) AS log_offset ORDER BY log_offset
        ON CONFLICT (log_offset) DO NOTHING
        RETURNING log_offset
        """;

    // In the order of the names: two that write at once never wait for each other in a circle.
    private const string Count = """
        INSERT INTO author AS had (name, commits, first_commit, last_commit)
        SELECT name, commits, first_commit, last_commit FROM unnest($1, $2, $3, $4) AS had_not (name, commits, first_commit, last_commit) ORDER BY name
        ON CONFLICT (name) DO UPDATE SET
          commits = had.commits + excluded.commits,
          first_commit = least(had.first_commit, excluded.first_commit),
          last_commit = greatest(had.last_commit, excluded.last_commit)
        """;

    private const string Read = "SELECT name, commits, first_commit, last_commit FROM author";

    private readonly NpgsqlDataSource _source;

    private AuthorTable(NpgsqlDataSource source) => _source = source;

    /// <summary>Makes the tables in a schema of their own.</summary>
    public static async Task<AuthorTable> CreateAsync(string connectionString, string schema, CancellationToken cancel)
    {
        var table = new AuthorTable(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = schema }.ConnectionString));
        await using var command = table._source.CreateCommand($"CREATE SCHEMA {schema}; {Create}");
        await command.ExecuteNonQueryAsync(cancel);
        return table;
    }

    /// <summary>Counts commits that have not been counted.</summary>
    /// <returns>How many of them had not.</returns>
    public async Task<int> WriteAsync(IReadOnlyList<(long Offset, Commit Commit)> events)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var fresh = await ApplyAsync(connection, [.. events.Select(e => e.Offset)]);
        await CountAsync(connection, AuthorRow.Of(events.Where(e => fresh.Contains(e.Offset)).Select(e => e.Commit)));
        await transaction.CommitAsync();
        return fresh.Count;
    }

    public async Task<IReadOnlyList<AuthorRow>> ReadAsync(CancellationToken cancel)
    {
        await using var command = _source.CreateCommand(Read);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<AuthorRow>();
        while (await reader.ReadAsync(cancel))
            rows.Add(new AuthorRow(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3)));
        return [.. rows.OrderBy(row => row.Author, StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static async Task<IReadOnlySet<long>> ApplyAsync(NpgsqlConnection connection, long[] offsets)
    {
        await using var command = new NpgsqlCommand(Apply, connection) { Parameters = { new() { Value = offsets } } };
        await using var reader = await command.ExecuteReaderAsync();
        var fresh = new HashSet<long>();
        while (await reader.ReadAsync())
            fresh.Add(reader.GetInt64(0));
        return fresh;
    }

    private static async Task CountAsync(NpgsqlConnection connection, IReadOnlyList<AuthorRow> rows)
    {
        await using var command = new NpgsqlCommand(Count, connection)
        {
            Parameters =
            {
                new() { Value = rows.Select(row => row.Author).ToArray() },
                new() { Value = rows.Select(row => row.Commits).ToArray() },
                new() { Value = rows.Select(row => row.First).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
                new() { Value = rows.Select(row => row.Last).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        };
        await command.ExecuteNonQueryAsync();
    }
}
