using Npgsql;
using PgPubSub.Postgres.Faults;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Connections;

/// <summary>Hands out connections, never more than the node may have. One is kept back for the node's beats and to end sessions that hang.</summary>
internal sealed class ConnectionPool : IAsyncDisposable
{
    private readonly ConnectionSources _sources;
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _spare = new(1);
    private readonly int _limit;

    public ConnectionPool(PostgresStoreOptions options, SqlCatalog sql)
    {
        _limit = options.MaxConnections;
        _sources = new ConnectionSources(options, sql);
        _free = new SemaphoreSlim(options.MaxConnections - 1);
    }

    /// <summary>How many connections are in use, and how many may be.</summary>
    public (int Used, int Limit) Usage => (_limit - _free.CurrentCount - _spare.CurrentCount, _limit);

    /// <summary>The application name by which others may end this process's sessions; null on a borrowed source.</summary>
    public string? Application => _sources.Application;

    /// <summary>Opens a connection for calls.</summary>
    public Task<PooledConnection> OpenAsync(CancellationToken stop) => OpenAsync(_sources.ForCalls, _free, stop);

    /// <summary>Opens a connection whose session may keep locks and channels: nobody else gets it afterwards where the source is our own.</summary>
    public Task<PooledConnection> OpenSessionAsync(CancellationToken stop) => OpenAsync(_sources.ForSessions, _free, stop);

    /// <summary>Opens the connection that is to listen: a session of its own, on a way of its own where one is given.</summary>
    public Task<PooledConnection> OpenListeningAsync(CancellationToken stop) => OpenAsync(_sources.ForListening, _free, stop);

    /// <summary>Whether listening goes a way of its own.</summary>
    public bool ListensApart => _sources.ListensApart;

    /// <summary>Whether a pooler stands before the server.</summary>
    public bool Pooler => _sources.Pooler;

    /// <summary>Opens the connection that is kept back.</summary>
    public Task<PooledConnection> OpenSpareAsync(CancellationToken stop) => OpenAsync(_sources.ForCalls, _spare, stop);

    /// <summary>
    /// Opens a connection for a look of a moment: where all others are in use it takes the one that is kept back, so that it works then too. Whoever looks gives it
    /// back after each statement of at most a second.
    /// </summary>
    public async Task<PooledConnection> OpenForLookAsync(CancellationToken stop)
    {
        var free = await _free.WaitAsync(TimeSpan.Zero, stop);
        return await (free ? OpenTakenAsync(_sources.ForCalls, _free, stop) : OpenAsync(_sources.ForCalls, _spare, stop));
    }

    /// <summary>Says that a pooler stands before the server, so that sessions are nobody's own.</summary>
    public void ExpectPooler() => _sources.ExpectPooler();

    public ValueTask DisposeAsync() => _sources.DisposeAsync();

    private static async Task<PooledConnection> OpenAsync(NpgsqlDataSource source, SemaphoreSlim places, CancellationToken stop)
    {
        await places.WaitAsync(stop);
        return await OpenTakenAsync(source, places, stop);
    }

    private static async Task<PooledConnection> OpenTakenAsync(NpgsqlDataSource source, SemaphoreSlim places, CancellationToken stop)
    {
        try
        {
            return new PooledConnection(await source.OpenConnectionAsync(stop), places);
        }
        catch (Exception e)
        {
            places.Release();
            if (e is OperationCanceledException || !SqlStates.Explains(e))
                throw;
            throw SqlStates.Explain(e, sent: false);
        }
    }
}
