using System.Globalization;
using Npgsql;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Connections;

/// <summary>
/// Where connections come from: a borrowed source, or two of our own, pooled for calls and unpooled for sessions that keep something; and one of our own
/// to listen, where it is to go another way.
/// </summary>
internal sealed class ConnectionSources : IAsyncDisposable
{
    private const int SilenceSeconds = 15;

    private readonly PostgresStoreOptions _options;
    private readonly SqlCatalog _sql;
    private readonly NpgsqlDataSource? _borrowed;
    private readonly Lazy<NpgsqlDataSource> _calls;
    private readonly Lazy<NpgsqlDataSource> _sessions;
    private readonly Lazy<NpgsqlDataSource>? _listening;
    private volatile bool _pooler;

    public ConnectionSources(PostgresStoreOptions options, SqlCatalog sql)
    {
        (_options, _sql, _borrowed) = (options, sql, options.DataSource);
        Application = _borrowed is null ? "pgpubsub " + Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture) : null;
        _calls = new Lazy<NpgsqlDataSource>(() => Build("calls", options.ConnectionString!, pooled: true));
        _sessions = new Lazy<NpgsqlDataSource>(() => Build("sessions", options.ConnectionString!, pooled: false));
        _listening = options.ListenConnectionString is { } direct ? new Lazy<NpgsqlDataSource>(() => Build("listening", direct, pooled: false)) : null;
    }

    public string? Application { get; }

    public NpgsqlDataSource ForCalls => _borrowed ?? _calls.Value;

    public NpgsqlDataSource ForSessions => _borrowed ?? _sessions.Value;

    /// <summary>Of the one connection that listens.</summary>
    public NpgsqlDataSource ForListening => _listening?.Value ?? ForSessions;

    /// <summary>Whether listening goes a way of its own.</summary>
    public bool ListensApart => _listening is not null;

    public bool Pooler => _pooler;

    /// <summary>From now on nothing is prepared; known before the first call, since the first session of a store looks for it.</summary>
    public void ExpectPooler() => _pooler = true;

    public async ValueTask DisposeAsync()
    {
        foreach (var own in new[] { _calls, _sessions, _listening })
        {
            if (own is { IsValueCreated: true })
                await own.Value.DisposeAsync();
        }
    }

    private NpgsqlDataSource Build(string name, string connectionString, bool pooled)
    {
        // Our calls leave nothing behind in a session, so none is reset; statements are prepared once and run by name after that.
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = Application,
            Pooling = pooled,
            Multiplexing = false,
            NoResetOnClose = true,
            TcpKeepAlive = true,
            TcpKeepAliveTime = 10,
            TcpKeepAliveInterval = 5,
            MaxAutoPrepare = pooled && !_pooler ? 64 : 0,
            AutoPrepareMinUsages = 2,
            CancellationTimeout = -1,
            IncludeErrorDetail = false,
            // Calls bring their own patience; whatever else is asked must not wait for ever for a server that fell silent.
            CommandTimeout = pooled ? 0 : SilenceSeconds,
            Enlist = false,
        };
        if (pooled)
            (settings.MinPoolSize, settings.MaxPoolSize) = (0, _options.MaxConnections);
        if (settings.Host!.Contains(',', StringComparison.Ordinal) && settings.TargetSessionAttributes is null)
            settings.TargetSessionAttributes = "primary";
        // Npgsql names a source by its connection string, and writes what the server says of an error into spans: neither is to leave this room.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = $"PgPubSub {_options.Schema} {name}" }
            .ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => false).ConfigureBatchFilter(_ => false).EnablePhysicalOpenTracing(false))
            .UsePhysicalConnectionInitializer(KeepAlive, KeepAliveAsync)
            .Build();
    }

    private void KeepAlive(NpgsqlConnection connection)
    {
        using var batch = Batch(connection);
        batch.ExecuteNonQuery();
    }

    private async Task KeepAliveAsync(NpgsqlConnection connection)
    {
        await using var batch = Batch(connection);
        await batch.ExecuteNonQueryAsync();
    }

    private NpgsqlBatch Batch(NpgsqlConnection connection) =>
        new(connection) { Timeout = SilenceSeconds, BatchCommands = { new Call(Sql.KeepAlive).Add(connection.ProcessID).In(_sql) } };
}
