using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PgPubSub.InMemory;
using PgPubSub.Postgres;

namespace PgPubSub.Actors;

/// <summary>What an instance works on, read once from its options.</summary>
internal sealed class InstanceStores
{
    private readonly PostgresStoreOptions _postgres;
    private readonly InMemoryStore? _memory;
    private readonly Func<Stores, Stores>? _decorate;
    private readonly string? _connectionStringName, _dataSourceName;

    private InstanceStores(PgPubSubOptions options)
    {
        (_postgres, _memory, _decorate) = (options.Store(), options.Memory, options.Decorate);
        (_connectionStringName, _dataSourceName) = (options.ConnectionStringName, options.DataSourceName);
    }

    public static InstanceStores Of(PgPubSubOptions options) => new(options);

    /// <summary>Looks up what the options name in the host, and says what is wrong with it.</summary>
    public IEnumerable<string> Resolve(IServiceProvider services)
    {
        if (_connectionStringName is { } name)
        {
            _postgres.ConnectionString = services.GetService<IConfiguration>()?.GetConnectionString(name);
            return _postgres.ConnectionString is null
                ? [$"ConnectionStringName is '{name}', but the configuration has no connection string of that name."]
                : _postgres.OtherProblems().Select(problem => $"Of the connection string '{name}': {problem}");
        }

        if (_dataSourceName is not { } key)
            return [];
        try
        {
            _postgres.DataSource = key.Length == 0 ? services.GetService<NpgsqlDataSource>() : services.GetKeyedService<NpgsqlDataSource>(key);
        }
        catch (Exception e)
        {
            return [$"DataSourceName is '{key}', but making that NpgsqlDataSource failed with {e.GetType()}."]; // its text may quote the connection string
        }

        return _postgres.DataSource is null
            ? [key.Length == 0 ? "DataSourceName is empty, but no NpgsqlDataSource is registered without a key." : $"DataSourceName is '{key}', but no NpgsqlDataSource is registered under that key."]
            : _postgres.OtherProblems();
    }

    /// <summary>The stores, and the one to dispose, which is null in memory.</summary>
    public (Stores Stores, PostgresStore? Owned) Open()
    {
        var postgres = _memory is null ? new PostgresStore(_postgres) : null;
        var stores = postgres is null ? Stores.Of(_memory!) : Stores.Of(postgres);
        return (_decorate?.Invoke(stores) ?? stores, postgres);
    }
}
