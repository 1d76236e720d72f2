using System.Data;
using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Postgres.Faults;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Connections;

/// <summary>
/// Runs blocks of the catalog, each in a transaction of its own that is explicitly READ COMMITTED, in one round trip. What keeps the node alive runs on
/// the connection that is kept back, so that calls which hang behind a stranger's lock don't make it look dead; what only glances takes that one where no other is free.
/// </summary>
internal sealed class Database(ConnectionPool pool, SqlCatalog sql, TimeSpan patience, TimeProvider clock, bool keptBack = false, bool glances = false)
{
    // How long the end of a hanging session may take; what can't be reached in this time is let go.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs a read; it may be cancelled, and ends by itself when it takes as long as a write may.</summary>
    public Task<T> ReadAsync<T>(Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken stop, params IReadOnlyList<Call> calls) =>
        ReadAsync(Sql.Begin, read, stop, calls);

    /// <summary>Runs a read in a transaction that can't write, and gives up on the server at its limits.</summary>
    public Task<T> LookAsync<T>(LookLimits limits, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken stop, Call call) => ReadAsync(
        Sql.BeginLook,
        async (reader, either) =>
        {
            await reader.NextResultAsync(either); // past the limits
            return await read(reader, either);
        },
        stop, [new Call(Sql.LimitLook).Add(limits.StatementMilliseconds).Add(limits.LockMilliseconds), call]);

    private async Task<T> ReadAsync<T>(string begin, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken stop, IReadOnlyList<Call> calls)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            await using var pooled = await TakeAsync(either.Token);
            return await RunAsync(pooled.Connection, read, [calls], either.Token, begin);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new StoreException(FaultKind.Transient, $"A read took longer than {patience}.");
        }
        catch (Exception e) when (e is not OperationCanceledException && SqlStates.Explains(e))
        {
            throw SqlStates.Explain(e, sent: false);
        }
    }

    /// <summary>Runs a write; what it reads is returned after the commit.</summary>
    public Task<T> WriteAsync<T>(Func<NpgsqlDataReader, CancellationToken, Task<T>> read, params IReadOnlyList<Call> calls) => WriteAsync(read, [calls]);

    /// <summary>
    /// Runs transactions one after the other in one round trip, a write first. It is never cancelled: a cancelled commit may still be a commit. When
    /// it takes too long its session is ended, and the outcome is unknown.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<NpgsqlDataReader, CancellationToken, Task<T>> read, IReadOnlyList<IReadOnlyList<Call>> transactions)
    {
        var pooled = await OpenAsync();
        var backend = pooled.Connection.ProcessID;
        var lost = new CancellationTokenSource();
        var work = WorkAsync();
        try
        {
            return await work.WaitAsync(patience, clock);
        }
        catch (TimeoutException)
        {
            if (!pool.Pooler)
                await EndBackendAsync(backend);
            _ = LetGoAsync(work, lost);
            throw new StoreException(FaultKind.Unknown, $"A write took longer than {patience}; its session was ended.");
        }

        async Task<T> WorkAsync()
        {
            await using (pooled)
            {
                try
                {
                    var result = await RunAsync(pooled.Connection, read, transactions, lost.Token);
                    return pooled.CommitDoubtful ? throw new StoreException(FaultKind.Unknown, "The server stopped waiting for its synchronous standby.") : result;
                }
                catch (Exception e) when (SqlStates.Explains(e))
                {
                    var fault = SqlStates.Explain(e, sent: true);
                    // Only a first transaction that fails takes those after it along; one that fails alone comes after a write that may be there.
                    throw transactions.Count > 1 && e is PostgresException ? new StoreException(FaultKind.Unknown, fault.Message) : fault;
                }
            }
        }
    }

    private Task<PooledConnection> TakeAsync(CancellationToken stop) => keptBack ? pool.OpenSpareAsync(stop) : glances ? pool.OpenForLookAsync(stop) : pool.OpenAsync(stop);

    private async Task<PooledConnection> OpenAsync()
    {
        using var late = new CancellationTokenSource(patience, clock);
        try
        {
            return await TakeAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new StoreException(FaultKind.Transient, $"No connection was to be had within {patience}.");
        }
    }

    private async Task<T> RunAsync<T>(
        NpgsqlConnection connection, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, IReadOnlyList<IReadOnlyList<Call>> transactions, CancellationToken stop,
        string begin = Sql.Begin)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var calls in transactions)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql[begin]));
            foreach (var call in calls)
                batch.BatchCommands.Add(call.In(sql));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql[Sql.Commit]) { AppendErrorBarrier = true });
        }

        try
        {
            await using var reader = await batch.ExecuteReaderAsync(stop);
            var result = await read(reader, stop);
            while (await reader.NextResultAsync(stop))
            {
                // Each commit is waited for.
            }

            return result;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException && connection.State is ConnectionState.Open)
        {
            await ForgetAsync(connection);
            throw;
        }
    }

    // Npgsql 10 takes a statement whose parameters were refused while it was being prepared for prepared, but never learned what it returns;
    // the next use of it breaks the connection. After an error nothing counts as prepared.
    private async Task ForgetAsync(NpgsqlConnection connection)
    {
        using var late = new CancellationTokenSource(EndPatience, clock);
        try
        {
            await using var rollback = new NpgsqlCommand(sql[Sql.Rollback], connection);
            await rollback.ExecuteNonQueryAsync(late.Token);
            if (!pool.Pooler)
                connection.UnprepareAll(); // behind a pooler nothing is, and others may be served by this backend
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // The connection is broken, and with it all that it had prepared.
        }
    }

    // Nobody waits for the work any more, but its place is needed. Only a call whose session can't be ended is dropped on this side; a pooler tells
    // numbers that are no backend's, and drops on its other side what is dropped here.
    private async Task LetGoAsync(Task work, CancellationTokenSource lost)
    {
        try
        {
            await work.WaitAsync(pool.Pooler ? TimeSpan.Zero : EndPatience, clock);
        }
        catch (TimeoutException)
        {
            await Task.Run(lost.Cancel);
        }
        catch (StoreException)
        {
            // It ended, and how was told as unknown before.
        }
    }

    // On the connection that is kept back for this, so that it works when all others hang.
    private async Task EndBackendAsync(int backend)
    {
        using var late = new CancellationTokenSource(EndPatience, clock);
        try
        {
            await using var spare = await pool.OpenSpareAsync(late.Token);
            await RunAsync(spare.Connection, Rows.DrainAsync, [[new Call(Sql.EndBackend).Add(backend)]], late.Token);
        }
        catch (Exception e) when (e is StoreException or NpgsqlException or OperationCanceledException)
        {
            // The server can't be reached: what is known of the call stays unknown either way.
        }
    }
}
