using Npgsql;

namespace PgPubSub.Benchmarks.Labs;

/// <summary>The PostgreSQL that is measured, through plain Npgsql: what the floor uses and what checks read.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    private Server(string connectionString, NpgsqlDataSource source, Durability durability) => (ConnectionString, _source, Durability) = (connectionString, source, durability);

    public string ConnectionString { get; }

    /// <summary>What makes a commit durable here.</summary>
    public Durability Durability { get; }

    /// <exception cref="CheckFailedException">The server would confirm what is not durable.</exception>
    public static async Task<Server> ConnectAsync(string connectionString)
    {
        // The settings of the hand-written program: statements are prepared at their first use.
        var source = new NpgsqlDataSourceBuilder(connectionString + ";Maximum Pool Size=20;Max Auto Prepare=50;Auto Prepare Min Usages=1").Build();
        var durability = await Durability.ReadAsync(source);
        CheckFailedException.Require(durability.IsOn, $"The server does not keep what it confirms: {durability}.");
        return new Server(connectionString, source, durability);
    }

    public ValueTask<NpgsqlConnection> OpenAsync() => _source.OpenConnectionAsync();

    public async Task RunAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> AskAsync<T>(string sql, params object[] parameters)
    {
        await using var command = _source.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Writes out what an earlier measurement left in memory, so that it is not written during the next.</summary>
    public Task RestAsync() => RunAsync("CHECKPOINT");

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
