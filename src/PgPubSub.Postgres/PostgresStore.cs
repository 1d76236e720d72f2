using PgPubSub.Core.Stores;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.DeadLetters;
using PgPubSub.Postgres.Health;
using PgPubSub.Postgres.Leases;
using PgPubSub.Postgres.Listening;
using PgPubSub.Postgres.Log;
using PgPubSub.Postgres.Nodes;
using PgPubSub.Postgres.Schema;
using PgPubSub.Postgres.Statements;
using PgPubSub.Postgres.Subscriptions;
using PgPubSub.Postgres.Topics;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Postgres;

/// <summary>
/// The stores on PostgreSQL. Nothing is connected or migrated before the first call; a first call that fails is tried anew by the next one.
/// </summary>
public sealed class PostgresStore : IAsyncDisposable
{
    private const string CoreLine = "core";

    private readonly PostgresStoreOptions _options;
    private readonly ConnectionPool _pool;
    private readonly Migrator _migrator;
    private readonly Database _database;
    private readonly HealthLook _health;
    private readonly PostgresNodes _nodes;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _starting = new(1);
    private volatile bool _ready;

    /// <summary>Makes a store; nothing is connected yet.</summary>
    /// <param name="options">How to reach the database; read once.</param>
    /// <param name="clock">Measures time-outs; the system's unless given.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every problem.</exception>
    public PostgresStore(PostgresStoreOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        (_options, _clock) = (options, clock ?? TimeProvider.System);
        var (sql, line, patience) = (new SqlCatalog(options.Schema), Migration.Of(CoreLine), options.WriteTimeout);
        _pool = new ConnectionPool(options, sql);
        _migrator = new Migrator(_pool, sql, options.Schema, line);
        _database = new Database(_pool, sql, patience, _clock);
        var keptBack = new Database(_pool, sql, patience, _clock, keptBack: true);
        Func<CancellationToken, Task<Database>> vital = stop => ReadyAsync(keptBack, stop);
        var (measures, retries) = (new MeasureMarks(_clock), new RetryMarks(patience, _clock));
        _health = new HealthLook(new Database(_pool, sql, HealthLook.Patience, _clock, glances: true), _migrator, options, line, measures);
        Log = new PostgresLog(ReadyAsync, new AppendLanes(ReadyAsync, _clock));
        Topics = new PostgresTopics(ReadyAsync);
        Subscriptions = new PostgresSubscriptions(ReadyAsync, measures, PostgresSubscriptions.UsualLimits);
        Deliveries = new PostgresDeliveries(ReadyAsync, retries);
        DeadLetters = new PostgresDeadLetters(ReadyAsync, measures.Redriven);
        Nodes = _nodes = new PostgresNodes(ReadyAsync, vital, retries, new HeldMarks(patience, _clock), new HolderMarks(patience, _clock), _pool.Application);
        Wakeups = new PostgresWakeups(ReadyAsync, vital, _pool, sql, SqlCatalog.ChannelOf(options.Schema));
    }

    /// <summary>The log: events, and topics where they are made.</summary>
    public ILogStore Log { get; }

    /// <summary>Topics in an operator's and in retention's hands.</summary>
    public ITopicStore Topics { get; }

    /// <summary>Groups.</summary>
    public ISubscriptionStore Subscriptions { get; }

    /// <summary>Leases and retries, and burials.</summary>
    public IDeliveryStore Deliveries { get; }

    /// <summary>Dead letters in an operator's hands.</summary>
    public IDeadLetterStore DeadLetters { get; }

    /// <summary>Nodes.</summary>
    public INodeStore Nodes { get; }

    /// <summary>Hints between nodes.</summary>
    public IWakeupStore Wakeups { get; }

    /// <summary>How many connections are in use now, the listening one included, and how many may be: <see cref="PostgresStoreOptions.MaxConnections"/>.</summary>
    public (int Used, int Limit) Connections => _pool.Usage;

    /// <summary>Brings the schema up to date; safe from many nodes at once, and a failure leaves nothing behind.</summary>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>A task that ends after the commit.</returns>
    /// <exception cref="Core.Faults.StoreException">The server can't be reached or is not usable, the role may not CREATE, or the schema is newer than this program.</exception>
    public Task MigrateAsync(CancellationToken stop = default) => _migrator.RunAsync(apply: true, stop);

    /// <summary>Writes what <see cref="MigrateAsync"/> would run now as a script for psql: one transaction that waits for other migrations and records itself. Nothing is changed.</summary>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The script; empty where the schema is up to date.</returns>
    /// <exception cref="Core.Faults.StoreException">The server can't be reached or is not usable, or the schema is newer than this program.</exception>
    public Task<string> ScriptMigrationsAsync(CancellationToken stop = default) => _migrator.ScriptAsync(stop);

    /// <summary>Looks at the schema's version; nothing is changed.</summary>
    internal Task<SchemaState> SchemaAsync(CancellationToken stop) => _migrator.StateAsync(_options.AutoMigrate, stop);

    /// <summary>Looks for what is wrong in the tables or stands in their way, with the defaults of <see cref="VerifyOptions"/>.</summary>
    /// <inheritdoc cref="VerifyAsync(VerifyOptions, CancellationToken)" path="/remarks|/returns|/exception"/>
    /// <param name="stop">Gives up.</param>
    public Task<VerifyReport> VerifyAsync(CancellationToken stop = default) => VerifyAsync(new VerifyOptions(), stop);

    /// <summary>Looks for what is wrong in the tables or stands in their way.</summary>
    /// <remarks>
    /// It reads only, needs SELECT on the tables and nothing else, and may run beside everything: each look is one statement of at most 20 s in a
    /// transaction that can't write, waits at most 2 s for a lock, and takes at most 10,000 rows, so that no snapshot is held for long. It costs one
    /// pass over the events that topics keep (up to <see cref="VerifyOptions.MostEvents"/> of each), the leases, retries and dead letters; and
    /// <see cref="VerifyOptions.Grace"/> once, where something is suspected that may heal. Nothing is migrated.
    /// To see other roles' sessions the role must be a member of <c>pg_read_all_stats</c>.
    /// </remarks>
    /// <param name="options">How far it goes.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What was found, and what could not be looked at.</returns>
    /// <exception cref="ArgumentException">The options are not usable; the message lists every problem.</exception>
    /// <exception cref="Core.Faults.StoreException">The server can't be reached or is not usable, the schema is not up to date, or the role may not read it.</exception>
    public async Task<VerifyReport> VerifyAsync(VerifyOptions options, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        if (!_ready)
            await _migrator.RunAsync(apply: false, stop);
        return await new Verifier(_database, _options.Schema, options, _clock, stop).RunAsync();
    }

    /// <summary>
    /// Asks how many transactions have begun since the oldest snapshot was taken that holds VACUUM back, by a session, a prepared transaction or a replication slot. Sessions of other
    /// roles are seen by members of <c>pg_read_all_stats</c> alone; <see cref="VerifyAsync(CancellationToken)"/> names whose it is.
    /// </summary>
    /// <param name="stop">Gives up waiting.</param>
    /// <returns>The age in transactions; 0 where nothing is seen.</returns>
    /// <exception cref="Core.Faults.StoreException">The server can't be reached or is not usable.</exception>
    public async Task<long> XminAgeAsync(CancellationToken stop = default) =>
        await (await ReadyAsync(stop)).ReadAsync(Rows.ScalarAsync<long>, stop, new Call(Sql.XminAge));

    /// <summary>Lists nodes as an operator sees them, and those that hold events without being registered.</summary>
    internal Task<IReadOnlyList<NodeStatus>> ListNodesAsync(CancellationToken stop) => _nodes.ListAsync(stop);

    /// <summary>Looks at the database for health's sake: within seconds, whatever state it is in, and without changing anything.</summary>
    internal Task<StoreHealth> LookAsync(HealthRequest request, CancellationToken stop) => _health.RunAsync(request, _ready, stop);

    /// <summary>Closes all connections; a borrowed data source stays as it is.</summary>
    /// <returns>A task that ends when they are closed.</returns>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private Task<Database> ReadyAsync(CancellationToken stop) => ReadyAsync(_database, stop);

    private async Task<Database> ReadyAsync(Database database, CancellationToken stop)
    {
        if (_ready)
            return database;
        await _starting.WaitAsync(stop);
        try
        {
            if (!_ready)
                await _migrator.RunAsync(_options.AutoMigrate, stop);
            _ready = true;
            return database;
        }
        finally
        {
            _starting.Release();
        }
    }
}
