using Npgsql;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Tests;

/// <summary>Plain sessions beside the store; SQL is written against schema pgpubsub.</summary>
public sealed class Sessions(string connectionString, string schema) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(connectionString);

    public async Task<NpgsqlConnection> OpenAsync() => await _source.OpenConnectionAsync();

    public NpgsqlCommand Command(string sql, NpgsqlConnection connection) => new(SqlCatalog.InSchema(sql, schema), connection);

    public async Task<int> RunAsync(string sql)
    {
        await using var connection = await OpenAsync();
        return await RunAsync(connection, sql);
    }

    public async Task<int> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = Command(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        return await ScalarAsync<T>(connection, sql);
    }

    public async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = Command(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The only column of all rows.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var all = new List<T>();
        while (await reader.ReadAsync())
            all.Add(reader.GetFieldValue<T>(0));
        return all;
    }

    /// <summary>Asks until the answer is true; the server's answers are the clock.</summary>
    public async Task UntilAsync(string sql)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!await ScalarAsync<bool>(sql))
            late.Token.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
