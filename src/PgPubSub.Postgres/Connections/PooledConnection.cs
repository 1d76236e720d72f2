using Npgsql;

namespace PgPubSub.Postgres.Connections;

/// <summary>A connection and the place it takes in the node's budget.</summary>
internal sealed class PooledConnection : IAsyncDisposable
{
    private readonly SemaphoreSlim _place;
    private int _returned;

    public PooledConnection(NpgsqlConnection connection, SemaphoreSlim place)
    {
        (Connection, _place) = (connection, place);
        connection.Notice += OnNotice;
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>The server said that it stopped waiting for a standby: the commit is there, but not where it was promised to be.</summary>
    public bool CommitDoubtful { get; private set; }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _returned, 1) != 0)
            return;
        Connection.Notice -= OnNotice;
        try
        {
            await Connection.DisposeAsync();
        }
        finally
        {
            _place.Release();
        }
    }

    // A cancelled or abandoned wait for a synchronous standby is a warning, not an error (PostgreSQL, syncrep.c).
    private void OnNotice(object sender, NpgsqlNoticeEventArgs e) =>
        CommitDoubtful |= e.Notice.InvariantSeverity == "WARNING" && e.Notice.SqlState is "01000" or "57P01";
}
