
namespace PgPubSub.Actors.Tests.Telemetry;

/// <summary>What a node tells of itself, and of the nodes and the server around it.</summary>
public sealed class NodeMetersSpec : HubSpec
{
    private const string Dead = "0198a000-0000-7000-8000-00000000dead";

    private readonly string _instance = $"node-{Guid.NewGuid():N}";
    private readonly MeterEar _ear;

    public NodeMetersSpec() => _ear = new MeterEar("pgpubsub.instance", _instance);

    protected override string Instance => _instance;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.Null(_ear.Now("pgpubsub.node.registered")); // an instance that has stopped says nothing any more
        _ear.Dispose();
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.MeasureInterval, options.TimeToLive, options.MaxConnections) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), 7);
        return options;
    }

    [Fact]
    public async Task A_takeover_and_orphans_are_counted()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var first = await consumer.ExpectMsgAsync<Delivery>(Patience);
        await first.SettleAsync(first.Ack());
        await RunAsync($"INSERT INTO {Schema}.node (id, name, seen_at, keeps_lock) VALUES ('{Dead}', 'dead', clock_timestamp(), true)");
        await UntilAsync($"NOT EXISTS (SELECT FROM {Schema}.node WHERE id = '{Dead}')");
        await RunAsync($"""
            INSERT INTO {Schema}.lease (topic, subscription, generation, lo, hi, token, node)
            SELECT s.topic, s.id, 1, 0, 1, gen_random_uuid(), n.id FROM {Schema}.subscription s, {Schema}.node n
            """);
        await consumer.ExpectMsgAsync<Delivery>(Patience);

        await AwaitConditionAsync(() => Task.FromResult(_ear.Sum("pgpubsub.takeovers") == 1 && _ear.Sum("pgpubsub.returned_orphans.messages") == 1), Patience, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task The_listener_says_whether_it_hears_and_how_often_it_came_back()
    {
        await UntilAsync("pgpubsub.listener.connected", 1);
        await UntilAsync("pgpubsub.node.registered", 1);
        Assert.Equal(0, _ear.Sum("pgpubsub.listener.reconnects"));
        await RunAsync($"""
            SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN {Schema}.node n ON ((l.classid::bigint << 32) | l.objid::bigint) = {Schema}.presence_key_v1(n.id)
            WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
            """);

        await AwaitConditionAsync(() => Task.FromResult(_ear.Sum("pgpubsub.listener.reconnects") == 1), Patience, TimeSpan.FromMilliseconds(50));
        await UntilAsync("pgpubsub.listener.connected", 1);
    }

    [Fact]
    public async Task Connections_are_told_against_their_budget_and_a_pinned_snapshot_by_its_age()
    {
        Assert.Equal(7, _ear.Now("pgpubsub.connections.limit"));
        await UntilAsync("pgpubsub.listener.connected", 1);
        Assert.InRange(_ear.Now("pgpubsub.connections.used")!.Value, 1, 7);

        await using var pinning = new Npgsql.NpgsqlConnection(ConnectionString);
        await pinning.OpenAsync();
        await using var transaction = await pinning.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using (var look = new Npgsql.NpgsqlCommand("SELECT 1", pinning, transaction))
            await look.ExecuteScalarAsync();
        await PublishAsync("t", 1);
        await PublishAsync("t", 2);
        await AwaitConditionAsync(() => Task.FromResult(_ear.Now("pgpubsub.server.xmin_age") >= 2), Patience, TimeSpan.FromMilliseconds(50));
    }

    private Task UntilAsync(string gauge, double value) => AwaitConditionAsync(() => Task.FromResult(_ear.Now(gauge) == value), Patience, TimeSpan.FromMilliseconds(50));
}
