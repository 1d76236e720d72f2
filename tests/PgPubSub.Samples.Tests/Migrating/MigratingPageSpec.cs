using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Docker;
using PgPubSub.Samples.Tests.Readme;

namespace PgPubSub.Samples.Tests.Migrating;

/// <summary>What docs/migrating.md shows works, before and after.</summary>
public sealed class MigratingPageSpec : IAsyncLifetime
{
    private readonly string _database = $"migrating_{Guid.NewGuid():N}";
    private string _connectionString = "";

    public async Task InitializeAsync()
    {
        var server = (await TestServers.SharedAsync()).ConnectionString;
        await RunAsync(server, $"CREATE DATABASE {_database}");
        _connectionString = new NpgsqlConnectionStringBuilder(server) { Database = _database }.ConnectionString;
    }

    public async Task DisposeAsync() => await RunAsync((await TestServers.SharedAsync()).ConnectionString, $"DROP DATABASE {_database} WITH (FORCE)");

    [Fact]
    public Task A_chat_room_hears_what_is_said_and_a_late_one_what_was_said_before() => Chat.RunAsync();

    [Fact]
    public async Task The_jobs_that_are_left_in_a_queue_table_are_moved_and_handled()
    {
        await RunAsync(_connectionString, Repository.Read("docs", "migrating.md").Split("```sql\n")[1].Split("```")[0]);
        await RunAsync(_connectionString, """INSERT INTO job (data) SELECT json_build_object('Order', 'o-' || n, 'Total', n) FROM generate_series(1, 2) n""");
        await using var database = NpgsqlDataSource.Create(_connectionString);
        var (before, after) = (new Invoices(), new Invoices());
        Assert.True(await new JobWorker(database, before).WorkAsync(CancellationToken.None));
        await before.WrittenAsync("o-1");

        using var host = Workers.Build(_connectionString, after).Build();
        await host.StartAsync();
        var mover = ActivatorUtilities.CreateInstance<JobMover>(host.Services, database);
        Assert.Equal((1, 0), (await mover.MoveAsync(CancellationToken.None), await mover.MoveAsync(CancellationToken.None)));
        await after.WrittenAsync("o-2");
        Assert.False(await new JobWorker(database, before).WorkAsync(CancellationToken.None));
        await host.StopAsync();
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
