using Akka.Actor;
using PgPubSub.Actors.Tests.Listening;
using PgPubSub.Docker;
using PgPubSub.Poolers;

namespace PgPubSub.Actors.Tests.Poolers;

/// <summary>Everything goes by PgBouncer in transaction mode but the listening connection.</summary>
public sealed class PastPgBouncerSpec : TwoHubsSpec
{
    private PgBouncer _pooler = null!;

    public override async Task InitializeAsync()
    {
        _pooler = await PgBouncer.StartAsync((await TestServers.SharedAsync()).ConnectionString);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _pooler.DisposeAsync();
    }

    [FactOfPgBouncer]
    public async Task Wake_ups_are_heard_and_the_presence_lock_is_kept()
    {
        var consumer = await ConsumerAsync();
        await UntilListeningAsync();

        for (var number = 1; number <= 20; number++)
            await CrossAsync(consumer, number);

        await UntilAsync($"(SELECT count(*) = 2 FROM {Schema}.node n JOIN pg_locks l ON l.objid = ({Schema}.presence_key_v1(n.id) & 4294967295)::oid WHERE n.keeps_lock AND l.granted)");
        Assert.Equal(new Health(true, null), await Listener.Ask<Health>(GetHealth.Instance, Patience));
    }

    [FactOfPgBouncer]
    public async Task A_way_that_leads_through_the_pooler_is_told_and_the_node_polls()
    {
        var options = Options();
        (options.ListenConnectionString, options.PollInterval) = (_pooler.ConnectionString, TimeSpan.FromMilliseconds(100));
        var astray = PgPubSubHub.Start(Sys, options, "astray");
        var consumer = CreateTestProbe();
        astray.Tell(new Subscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        await AwaitConditionAsync(
            async () => (await astray.Ask<Health>(GetHealth.Instance, Patience)).Problem?.Contains("ListenConnectionString", StringComparison.Ordinal) is true, Patience);

        await PublishAsync("t", 1);

        Assert.Equal(0, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.ConnectionString, options.ListenConnectionString) = (_pooler.ConnectionString, ConnectionString);
        return options;
    }
}
