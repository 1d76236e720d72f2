using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Faults;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Listening;

/// <summary>One listening connection; it holds the node's presence lock for as long as it lives.</summary>
internal sealed class PostgresWakeupLine : IWakeupLine
{
    private const string Probe = "probe";
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private readonly PooledConnection _session;
    private readonly SqlCatalog _sql;
    private readonly string _channel;
    private readonly Guid _node;
    private readonly List<TopicTail> _arrived = [];
    private bool _heard;

    private PostgresWakeupLine(PooledConnection session, SqlCatalog sql, string channel, Guid node)
    {
        (_session, _sql, _channel, _node) = (session, sql, channel, node);
        session.Connection.Notification += OnNotification;
    }

    public bool KeepsLock { get; private set; }

    public static async Task<PostgresWakeupLine> OpenAsync(PooledConnection session, SqlCatalog sql, string channel, Guid node, CancellationToken stop)
    {
        var line = new PostgresWakeupLine(session, sql, channel, node);
        try
        {
            // Behind a pooler a session is nobody's own: nothing is kept there, and the probe shows that nothing is heard.
            if (await line.RunAsync(new Call(Sql.Backend), Rows.ScalarAsync<int>, stop) == session.Connection.ProcessID)
            {
                line.KeepsLock = await line.RunAsync(new Call(Sql.HoldPresence).Add(node), Rows.ScalarAsync<bool>, stop);
                await line.RunAsync(new Call(Sql.Listen), Rows.DrainAsync, stop);
            }

            return line;
        }
        catch (Exception e)
        {
            await line.DisposeAsync();
            if (e is OperationCanceledException || !SqlStates.Explains(e))
                throw;
            throw SqlStates.Explain(e, sent: false);
        }
    }

    public async Task<IReadOnlyList<TopicTail>> WaitAsync(TimeSpan patience, CancellationToken stop)
    {
        try
        {
            if (!_heard && !await _session.Connection.WaitAsync(patience, stop))
                await ProbeAsync(stop);
        }
        catch (Exception e) when (e is not OperationCanceledException && SqlStates.Explains(e))
        {
            throw SqlStates.Explain(e, sent: false);
        }

        _heard = false;
        var all = _arrived.ToArray();
        _arrived.Clear();
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        _session.Connection.Notification -= OnNotification;
        try
        {
            // A borrowed session goes back to its owner: without our channel and without our lock.
            using var late = new CancellationTokenSource(ProbePatience);
            if (KeepsLock)
                await RunAsync(new Call(Sql.ReleasePresence).Add(_node), Rows.DrainAsync, late.Token);
            await RunAsync(new Call(Sql.Unlisten), Rows.DrainAsync, late.Token);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException)
        {
            // The session is gone, and both went with it.
        }

        await _session.DisposeAsync();
    }

    private async Task ProbeAsync(CancellationToken stop)
    {
        await RunAsync(new Call(Sql.Notify).Add(_channel).Add(Probe), Rows.DrainAsync, stop);
        if (!_heard && !await _session.Connection.WaitAsync(ProbePatience, stop))
            throw new StoreException(FaultKind.Transient, "The listening connection doesn't hear its own probe: a pooler may stand before the server.");
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs e)
    {
        _heard = true;
        _arrived.AddRange(WakeupPayload.Read(e.Payload));
    }

    private async Task<T> RunAsync<T>(Call call, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(_session.Connection) { BatchCommands = { call.In(_sql) } };
        await using var reader = await batch.ExecuteReaderAsync(stop);
        return await read(reader, stop);
    }
}
