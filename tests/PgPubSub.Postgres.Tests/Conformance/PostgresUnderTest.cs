using System.Globalization;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.Docker;
using PgPubSub.Testing.Conformance;

namespace PgPubSub.Postgres.Tests.Conformance;

/// <summary>One schema that all checks share, as the suite sees it.</summary>
public sealed class PostgresUnderTest : IAgeingStore, IAsyncLifetime
{
    private readonly string _schema = "conformance_" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private Sessions _direct = null!;
    private PostgresStore _store = null!;

    public ILogStore Log => _store.Log;

    public ITopicStore Topics => _store.Topics;

    public ISubscriptionStore Subscriptions => _store.Subscriptions;

    public IDeliveryStore Deliveries => _store.Deliveries;

    public IDeadLetterStore DeadLetters => _store.DeadLetters;

    public INodeStore Nodes => _store.Nodes;

    public IWakeupStore Wakeups => _store.Wakeups;

    public async Task InitializeAsync()
    {
        var server = (await TestServers.SharedAsync()).ConnectionString;
        _direct = new Sessions(server, _schema);
        _store = new PostgresStore(new PostgresStoreOptions { ConnectionString = server, Schema = _schema });
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _direct.RunAsync("DROP SCHEMA IF EXISTS pgpubsub CASCADE");
        await _direct.DisposeAsync();
    }

    public Task MakeOlderAsync(TopicId topic, TimeSpan by)
    {
        var age = string.Create(CultureInfo.InvariantCulture, $"interval '{(long)by.TotalMilliseconds} milliseconds' WHERE topic = {topic.Value}");
        return _direct.RunAsync($"UPDATE pgpubsub.event SET published_at = published_at - {age}; UPDATE pgpubsub.dead_letter SET died_at = died_at - {age}");
    }
}
