using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Schema;
using PgPubSub.Postgres.Statements;
using PgPubSub.Postgres.Subscriptions;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Postgres.Health;

/// <summary>
/// Looks at the database for health's sake: short statements one after the other, each in a transaction that can't write. Of the tables only what is
/// measured is read; all else stands in the server's catalogs and in the table of migrations. Nothing is migrated, and nobody is waited for.
/// </summary>
internal sealed class HealthLook(Database database, Migrator migrator, PostgresStoreOptions options, IReadOnlyList<Migration> line, MeasureMarks marks)
{
    /// <summary>How long one part of a look may take; a server that is silent shows itself in the first.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly LookLimits Limits = new(StatementMilliseconds: 1_000, LockMilliseconds: 250);

    private readonly PostgresSubscriptions _subscriptions = new(_ => Task.FromResult(database), marks, Limits);
    private volatile bool _knowsWay;

    public async Task<StoreHealth> RunAsync(HealthRequest request, bool ready, CancellationToken stop)
    {
        var server = await SeeAsync(() => ServerAsync(ready, stop));
        if (server.Seen is null)
            return new StoreHealth { Server = server };
        return new StoreHealth
        {
            Server = server,
            Schema = await SeeAsync(() => SchemaAsync(stop)),
            Obstacles = await SeeAsync(() => ObstaclesAsync(request, stop)),
            Groups = await SeeAsync(() => request.Groups.Count == 0
                ? Task.FromResult<IReadOnlyList<GroupMeasure>>([])
                : _subscriptions.MeasureAsync(request.Groups, stop)),
        };
    }

    // A call that is given up takes seconds to clean up after itself where the server is silent: it is not waited for.
    private static async Task<Sight<T>> SeeAsync<T>(Func<Task<T>> look) where T : class
    {
        var seen = look();
        try
        {
            return new Sight<T>(await seen.WaitAsync(Patience), null);
        }
        catch (StoreException e)
        {
            return new Sight<T>(null, e.Message);
        }
        catch (TimeoutException)
        {
            _ = seen.ContinueWith(late => late.Exception, TaskScheduler.Default);
            return new Sight<T>(null, $"PostgreSQL did not answer within {Patience.TotalSeconds} s, or no connection was free.");
        }
    }

    // What is pooled is built when it is known whether a pooler stands before the server: until then a session of its own looks.
    private async Task<ServerState> ServerAsync(bool ready, CancellationToken stop)
    {
        if (!ready && !_knowsWay)
            await FindWayAsync(stop);
        _knowsWay = true;
        var state = await LookAsync(
            async (reader, cancel) =>
            {
                await reader.ReadAsync(cancel);
                var version = reader.GetInt32(0);
                return ServerCheck.Problem(version, reader.GetString(1), reader.GetBoolean(2)) is { } problem
                    ? throw new StoreException(FaultKind.Schema, problem)
                    : new ServerState(version, migrator.ExpectsPooler);
            },
            stop, new Call(Sql.Server));
        return state;
    }

    private async Task FindWayAsync(CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        try
        {
            await migrator.CheckServerAsync(late.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new StoreException(FaultKind.Transient, "PostgreSQL did not answer.");
        }
    }

    private async Task<SchemaState> SchemaAsync(CancellationToken stop)
    {
        var there = await LookAsync(
            async (reader, cancel) =>
            {
                await reader.ReadAsync(cancel);
                return reader.GetBoolean(1);
            },
            stop, new Call(Sql.MigrationsExist).Add(options.Schema));
        var applied = !there ? [] : await LookAsync(
            Rows.All(AppliedMigration.Of), stop, new Call(Sql.Migrations));
        return SchemaState.Of(options.Schema, line, applied, options.AutoMigrate);
    }

    private async Task<Obstacles> ObstaclesAsync(HealthRequest request, CancellationToken stop)
    {
        var locks = await LookAsync(
            Rows.All(row => new Obstacle(
                FindingKind.TableLocked, Holders.Locks(Holders.Of(row, 1), row.GetString(0), row.GetBoolean(6)), Holders.Of(row, 1), row.GetString(0))),
            stop, new Call(Sql.LookAtLocks).Add(options.Schema).Add(request.LockedAfter));
        var sessions = await LookAsync(Rows.All(Holders.OfSessions), stop, new Call(Sql.LookAtSessions).Add(request.HeldBackAfter));
        var back = sessions.Select(row => row.Holder).OfType<Holder>().Select(holder => new Obstacle(FindingKind.VacuumHeldBack, Holders.HoldsBack(holder), holder, null));
        return new Obstacles([.. locks, .. back], sessions.All(row => row.SeesAll));
    }

    private Task<T> LookAsync<T>(Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken stop, Call call) => database.LookAsync(Limits, read, stop, call);
}
