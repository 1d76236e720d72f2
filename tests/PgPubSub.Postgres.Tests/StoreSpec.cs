using System.Globalization;
using Npgsql;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Docker;

namespace PgPubSub.Postgres.Tests;

/// <summary>A spec against a real server, in a schema of its own that is dropped at its end.</summary>
public abstract class StoreSpec : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _opened = [];

    /// <summary>The schema's name.</summary>
    protected string Schema { get; } = "spec_" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    /// <summary>The shared server.</summary>
    protected string Server { get; private set; } = "";

    /// <summary>A plain source that sees what the store did; its SQL is written against schema pgpubsub.</summary>
    protected Sessions Direct { get; private set; } = null!;

    /// <summary>The store under test, migrated on first use.</summary>
    protected PostgresStore Store { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Server = (await TestServers.SharedAsync()).ConnectionString;
        Direct = new Sessions(Server, Schema);
        Store = Open();
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var one in _opened)
            await one.DisposeAsync();
        await Direct.RunAsync("DROP SCHEMA IF EXISTS pgpubsub CASCADE");
        await Direct.DisposeAsync();
    }

    /// <summary>Opens a further store on the same schema: another node.</summary>
    protected PostgresStore Open(Action<PostgresStoreOptions>? with = null)
    {
        var options = new PostgresStoreOptions { ConnectionString = Server, Schema = Schema };
        with?.Invoke(options);
        return Keep(new PostgresStore(options));
    }

    /// <summary>Disposes something at the end of the spec.</summary>
    protected T Keep<T>(T one) where T : IAsyncDisposable
    {
        _opened.Add(one);
        return one;
    }

    /// <summary>The server's connection string, changed.</summary>
    protected string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(Server);
        change(builder);
        return builder.ConnectionString;
    }

    protected async Task<TopicId> TopicAsync(string name = "orders") => (await Store.Log.EnsureTopicAsync(name, Retention.Default, CancellationToken.None)).Id;

    protected async Task<GroupKey> GroupAsync(TopicId topic, string name = "billing") =>
        (await Store.Subscriptions.EnsureGroupAsync(topic, name, StartFrom.Earliest, GroupRules.Default, change: true, CancellationToken.None)).Key;

    protected async Task<Guid> NodeAsync(PostgresStore? store = null)
    {
        var node = Guid.CreateVersion7();
        await (store ?? Store).Nodes.RegisterAsync(node, "a node", CancellationToken.None);
        return node;
    }

    protected static async Task<IWakeupLine> ListenAsync(PostgresStore store, Guid node) =>
        await store.Wakeups.OpenAsync(node, CancellationToken.None) ?? throw new InvalidOperationException("a pooler was seen where there is none");

    /// <summary>Appends some small events.</summary>
    protected async Task<IReadOnlyList<NewEvent>> AppendAsync(TopicId topic, int count)
    {
        var events = Events.Many(count);
        await Store.Log.AppendAsync(topic, 0, events);
        return events;
    }

    /// <summary>Moves all events of a topic into the past, out of retention's minute of youth.</summary>
    protected Task MakeOldAsync(TopicId topic) =>
        Direct.RunAsync($"UPDATE pgpubsub.event SET published_at = published_at - interval '1 hour' WHERE topic = {topic.Value}");
}
