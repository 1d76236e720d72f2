using Npgsql;
using PgPubSub.Docker;

namespace PgPubSub.Samples.Tests.Readme;

/// <summary>What the README shows works; PagesSpec sees that it is what is compiled.</summary>
public sealed class ReadmeSpec : IAsyncLifetime
{
    private readonly string _database = $"readme_{Guid.NewGuid():N}";
    private string _connectionString = "";

    // The examples use the default schema, so each gets a database of its own.
    public async Task InitializeAsync()
    {
        var server = await TestServers.SharedAsync();
        await RunAsync($"CREATE DATABASE {_database}");
        _connectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = _database }.ConnectionString;
    }

    public Task DisposeAsync() => RunAsync($"DROP DATABASE {_database} WITH (FORCE)");

    [Fact]
    public Task The_actor_in_a_plain_actor_system_works() => PlainSystem.RunAsync(_connectionString, new Invoices());

    [Fact]
    public Task The_handler_in_a_host_works() => Handler.RunAsync(_connectionString, new Invoices());

    [Fact]
    public Task The_handlers_of_several_types_work() => Handlers.RunAsync(_connectionString, new Parcels());

    [Fact]
    public Task The_stream_works() => Stream.RunAsync(_connectionString, new Invoices());

    [Fact]
    public Task The_store_in_memory_works() => WithoutDatabase.RunAsync(new Invoices());

    private static async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create((await TestServers.SharedAsync()).ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
