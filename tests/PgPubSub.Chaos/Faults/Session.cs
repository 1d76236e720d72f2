using Npgsql;

namespace PgPubSub.Chaos.Faults;

/// <summary>A session of a fault's own on the server, in no pool.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;

    private Session(NpgsqlConnection connection) => _connection = connection;

    /// <summary>Opens one.</summary>
    /// <param name="connectionString">Where to.</param>
    /// <param name="name">Its application name, so that it can be told from those of the library.</param>
    /// <exception cref="NpgsqlException">There is no server, or it has no place.</exception>
    public static async Task<Session> OpenAsync(string connectionString, string name = "stranger")
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = name, Timeout = 10, CommandTimeout = 30 }.ConnectionString);
        try
        {
            await connection.OpenAsync();
            return new Session(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs statements; how many rows they touched.</summary>
    public async Task<int> RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first value of the first row.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>All rows.</summary>
    public async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await using var rows = await command.ExecuteReaderAsync();
        var all = new List<T>();
        while (await rows.ReadAsync())
            all.Add(read(rows));
        return all;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
