using Npgsql;
using PgPubSub.Postgres;
using PgPubSub.Testing;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>A server that asks for a password, and logs every statement without its parameters.</summary>
internal sealed class SecretServer : IAsyncDisposable
{
    private readonly ThrowawayServer _server;
    private readonly NpgsqlDataSource _administrator;

    private SecretServer(ThrowawayServer server)
    {
        _server = server;
        var builder = new NpgsqlDataSourceBuilder(server.ConnectionString + ";Pooling=false") { Name = "administrator" };
        builder.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => false)); // what a spec itself says of its secrets is not the library's
        _administrator = builder.Build();
    }

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Username = Marks.User, Password = Marks.Password }.ConnectionString;

    /// <summary>For a data source of an application's own, whose log names the user.</summary>
    public string OtherConnectionString =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Username = "application", NoResetOnClose = true }.ConnectionString;

    public ThrowawayServer Server => _server;

    public NpgsqlDataSource Administrator => _administrator;

    public static async Task<SecretServer> StartAsync()
    {
        var server = new SecretServer(await ThrowawayServer.StartAsync(new ThrowawayOptions
        {
            Settings = [("log_parameter_max_length", "0"), ("log_parameter_max_length_on_error", "0"), ("log_error_verbosity", "terse")],
        }));
        await server.RunAsync($"CREATE ROLE application SUPERUSER LOGIN PASSWORD '{Marks.Password}'");
        await server.RunAsync($"CREATE ROLE \"{Marks.User}\" SUPERUSER LOGIN PASSWORD '{Marks.Password}'");
        await server.RunAsync($"ALTER ROLE \"{Marks.User}\" SET log_statement = 'all'");
        await server.RunAsync($"COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; sed -i \"1i host all {Marks.User},application all scram-sha-256\" pg_hba.conf'");
        await server.RunAsync("SELECT pg_reload_conf()");
        return server;
    }

    public PgPubSubOptions Options() => new()
    {
        ConnectionString = ConnectionString, DrainTimeout = TimeSpan.Zero, RetryFirst = TimeSpan.FromMilliseconds(1), CleanupInterval = TimeSpan.FromSeconds(1), PollInterval = TimeSpan.FromMilliseconds(100),
    };

    public PostgresStore Store(Action<NpgsqlConnectionStringBuilder>? change = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        change?.Invoke(settings);
        return new PostgresStore(new PostgresStoreOptions { ConnectionString = settings.ConnectionString });
    }

    public async Task RunAsync(string sql)
    {
        await using var command = _administrator.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> AskAsync<T>(string sql)
    {
        await using var command = _administrator.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Ends every session of the library.</summary>
    public Task EndSessionsAsync() => RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{Marks.User}'");

    public async ValueTask DisposeAsync()
    {
        await _administrator.DisposeAsync();
        await _server.DisposeAsync();
    }
}
