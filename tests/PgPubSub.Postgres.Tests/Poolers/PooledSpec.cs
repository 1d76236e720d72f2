using Npgsql;
using PgPubSub.Poolers;

namespace PgPubSub.Postgres.Tests.Poolers;

/// <summary>A spec whose stores reach the server by way of a PgBouncer that has fewer connections than they would like.</summary>
public abstract class PooledSpec(string mode = "transaction") : StoreSpec
{
    protected const int PoolSize = 4;

    protected PgBouncer Pooler { get; private set; } = null!;

    // Where there is no PgBouncer every fact is skipped before it asks for one.
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        if (new FactOfPgBouncerAttribute().Skip is null)
            Pooler = Keep(await PgBouncer.StartAsync(Server, mode, PoolSize));
    }

    /// <summary>Opens a store behind the pooler: another node.</summary>
    protected PostgresStore OpenPooled(Action<PostgresStoreOptions>? with = null) => Open(o =>
    {
        o.ConnectionString = Pooler.ConnectionString;
        with?.Invoke(o);
    });

    /// <summary>Asks each of the pooler's connections, all of them kept busy at once; the sum.</summary>
    protected async Task<long> OverBackendsAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Pooler.ConnectionString) { NoResetOnClose = true }.ConnectionString);
        var sessions = await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(_ => source.OpenConnectionAsync().AsTask()));
        foreach (var session in sessions)
            await Direct.RunAsync(session, "BEGIN");
        var sum = 0L;
        foreach (var session in sessions)
        {
            await using (var command = new NpgsqlCommand(sql, session))
                sum += (long)(await command.ExecuteScalarAsync())!;
            await Direct.RunAsync(session, "COMMIT");
            await session.DisposeAsync();
        }

        return sum;
    }
}
