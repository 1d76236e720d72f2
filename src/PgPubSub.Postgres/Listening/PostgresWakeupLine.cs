using System.Diagnostics;
using System.Globalization;
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
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private readonly PooledConnection _session;
    private readonly SqlCatalog _sql;
    private readonly string _channel;
    private readonly Guid _node;
    private readonly Func<string, Task>? _notifyApart;
    private readonly List<TopicTail> _arrived = [];
    private string? _probe;
    private bool _heard, _listens;

    private PostgresWakeupLine(PooledConnection session, SqlCatalog sql, string channel, Guid node, Func<string, Task>? notifyApart)
    {
        (_session, _sql, _channel, _node, _notifyApart) = (session, sql, channel, node, notifyApart);
        session.Connection.Notification += OnNotification;
    }

    public bool KeepsLock { get; private set; }

    /// <summary>
    /// Listens on a session and takes the presence lock there, but only where the session is one backend's and hears what is told: behind a pooler it
    /// is nobody's own, and nothing must be kept there. Null in that case. Where the session goes a way of its own, notifyApart sends on the way
    /// that hints go.
    /// </summary>
    public static async Task<PostgresWakeupLine?> OpenAsync(
        PooledConnection session, SqlCatalog sql, string channel, Guid node, Func<string, Task>? notifyApart, CancellationToken stop)
    {
        var line = new PostgresWakeupLine(session, sql, channel, node, notifyApart);
        try
        {
            if (await line.ListensAsync(stop))
            {
                line.KeepsLock = await line.RunAsync(new Call(Sql.HoldPresence).Add(node), Rows.ScalarAsync<bool>, stop);
                return line;
            }
        }
        catch (Exception e)
        {
            await line.DisposeAsync();
            if (e is OperationCanceledException || !SqlStates.Explains(e))
                throw;
            throw SqlStates.Explain(e, sent: false);
        }

        await line.DisposeAsync();
        return notifyApart is null ? null : throw new StoreException(
            FaultKind.Schema, "ListenConnectionString doesn't lead to the database of the other connections, or not past the pooler: what is told there is not heard here.");
    }

    public async Task<IReadOnlyList<TopicTail>> WaitAsync(TimeSpan patience, CancellationToken stop)
    {
        try
        {
            if (!_heard && !await _session.Connection.WaitAsync(patience, stop) && !await HearsItselfAsync(opening: false, stop))
                throw new StoreException(FaultKind.Transient, "The listening connection doesn't hear its own probe.");
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
            if (_listens)
                await RunAsync(new Call(Sql.Unlisten), Rows.DrainAsync, late.Token);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or OperationCanceledException)
        {
            // The session is gone, and both went with it.
        }

        await _session.DisposeAsync();
    }

    private async Task<bool> ListensAsync(CancellationToken stop)
    {
        if (await RunAsync(new Call(Sql.Backend), Rows.ScalarAsync<int>, stop) != _session.Connection.ProcessID)
            return false;
        _listens = true;
        await RunAsync(new Call(Sql.Listen), Rows.DrainAsync, stop);
        var hears = await HearsItselfAsync(opening: true, stop);
        _heard = _arrived.Count > 0; // the probe alone is nothing to tell
        return hears;
    }

    // A probe of its own name proves more than any notification would: that what is told where events are published is heard here.
    private async Task<bool> HearsItselfAsync(bool opening, CancellationToken stop)
    {
        var probe = _probe = "probe " + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        try
        {
            if (_notifyApart is { } notify)
                await notify(probe);
            else
                await RunAsync(new Call(Sql.Notify).Add(_channel).Add(probe), Rows.DrainAsync, stop);
        }
        catch (StoreException) when (!opening)
        {
            return true; // it could not be sent, which says nothing about hearing
        }

        for (var since = Stopwatch.GetTimestamp(); _probe is not null;)
        {
            var left = ProbePatience - Stopwatch.GetElapsedTime(since);
            if (left <= TimeSpan.Zero || !await _session.Connection.WaitAsync(left, stop))
                return _probe is null;
        }

        return true;
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs e)
    {
        _heard = true;
        if (e.Payload == _probe)
            _probe = null;
        _arrived.AddRange(WakeupPayload.Read(e.Payload));
    }

    private async Task<T> RunAsync<T>(Call call, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(_session.Connection) { BatchCommands = { call.In(_sql) } };
        await using var reader = await batch.ExecuteReaderAsync(stop);
        return await read(reader, stop);
    }
}
