using System.Globalization;
using Npgsql;
using PgPubSub.Docker;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Faults;
using PgPubSub.Postgres.Log;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Tests.Models;

/// <summary>PostgreSQL as two processes see it, each by stores of its own, with gates before their commits.</summary>
internal sealed class TwoConnections : IAsyncDisposable
{
    private readonly string _schema = "models_" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private readonly List<IAsyncDisposable> _opened = [];

    private TwoConnections(string server)
    {
        Direct = new Sessions(new NpgsqlConnectionStringBuilder(server) { MaxAutoPrepare = 32, AutoPrepareMinUsages = 2 }.ConnectionString, _schema);
        _opened.Add(Direct);
        var schema = _schema;
        Applications = [schema + "_1", schema + "_2"];
        Stores = [.. Applications.Select(application => Open(server, application))];
    }

    public Sessions Direct { get; }

    public IReadOnlyList<string> Applications { get; }

    public IReadOnlyList<Stores> Stores { get; }

    public NpgsqlConnection Session { get; private set; } = null!;

    public Gate Gate { get; private set; } = null!;

    public static async Task<TwoConnections> OpenAsync()
    {
        var both = new TwoConnections((await TestServers.SharedAsync()).ConnectionString);
        await both.Stores[0].Topics.ListTopicsAsync(null, CancellationToken.None);
        await Gate.BuildAsync(both.Direct);
        both.Session = await both.Direct.OpenAsync();
        both._opened.Insert(0, both.Session);
        both.Gate = new Gate(both.Direct, both.Session);
        return both;
    }

    /// <summary>Breaks a function on purpose.</summary>
    public async Task BreakAsync(string function, string text, string replacement)
    {
        var source = await Direct.ScalarAsync<string>($"SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.proname = '{function}' AND p.pronamespace = '{_schema}'::regnamespace");
        Assert.Contains(text, source, StringComparison.Ordinal);
        await Direct.RunAsync(source.Replace(text, replacement, StringComparison.Ordinal));
    }

    /// <summary>Makes events and dead letters of a history older.</summary>
    public async Task GrowOlderAsync(Side side, TimeSpan by)
    {
        var topics = $"IN (SELECT id FROM pgpubsub.topic WHERE starts_with(name, '{side.Name}.'))";
        var age = string.Create(CultureInfo.InvariantCulture, $"interval '{by.TotalMilliseconds} milliseconds'");
        await Direct.RunAsync(
            Session, $"UPDATE pgpubsub.event SET published_at = published_at - {age} WHERE topic {topics}; UPDATE pgpubsub.dead_letter SET died_at = died_at - {age} WHERE topic {topics}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _opened.Where(one => one != Direct))
            await one.DisposeAsync();
        await Direct.RunAsync("DROP SCHEMA IF EXISTS pgpubsub CASCADE");
        await Direct.DisposeAsync();
    }

    private Stores Open(string server, string application)
    {
        // Borrowed, so that no takeover ends a session that is held; and marks of retries are whole each time, since a held one is seen late.
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { ApplicationName = application, NoResetOnClose = true, MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 });
        var options = new PostgresStoreOptions { DataSource = source, Schema = _schema };
        var store = new PostgresStore(options, new HastyClock());
        var sql = new SqlCatalog(_schema);
        var pool = new ConnectionPool(options, sql);
        var database = new Database(pool, sql, options.WriteTimeout, TimeProvider.System);
        _opened.AddRange([store, pool, source]);
        return Models.Stores.Of(store, async appends =>
        {
            var pending = appends.Select(append => new PendingAppend(append.Topic, append.Known, append.Events)).OrderBy(append => append.Topic.Value).ToList();
            var (firsts, refused) = await database.WriteAsync(
                Rows.One(row => (row.GetFieldValue<long?[]>(0), row.GetFieldValue<string?[]>(1))), AppendCall.Of(pending));
            return string.Join(" and ", appends.Select(append => pending.FindIndex(p => p.Topic == append.Topic)).Select(
                i => refused[i] is { } state ? Models.Stores.Fault(SqlStates.Explain(state).Kind) : $"{firsts[i]}"));
        });
    }

    // Each look at the time that has passed finds that much has.
    private sealed class HastyClock : TimeProvider
    {
        private long _stamp = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _stamp, TimeSpan.TicksPerMinute * 2);
    }
}
