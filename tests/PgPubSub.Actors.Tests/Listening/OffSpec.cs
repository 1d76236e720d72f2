using Akka.Actor;

namespace PgPubSub.Actors.Tests.Listening;

/// <summary>A node that doesn't listen has no connection for it and no presence lock.</summary>
public sealed class OffSpec : HubSpec
{
    [Fact]
    public async Task It_works_by_polling_and_keeps_nothing_in_a_session()
    {
        var other = PgPubSubHub.Start(Sys, Options(), "other");
        await PublishAsync("t", 0);
        var consumer = CreateTestProbe();
        other.Tell(new Subscribe("t", "g"), consumer);
        await consumer.ExpectMsgAsync<Subscribed>(Patience);
        consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack());

        await PublishAsync("t", 1); // at a node of its own: only the poll can tell

        Assert.Equal(1, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Offset);
        await UntilAsync($"(SELECT min(seen_at) > clock_timestamp() - interval '1 second' FROM {Schema}.node)");
        Assert.False(await AskAsync<bool>($"SELECT bool_or(keeps_lock) FROM {Schema}.node"));
        Assert.Equal(0, await AskAsync<long>($"""
            SELECT count(*) FROM pg_stat_activity a JOIN {Schema}.node n ON n.application = a.application_name
            WHERE a.query LIKE 'LISTEN%' OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND a.state = 'idle')
            """));
        Assert.True((await Hub.Ask<Health>(GetHealth.Instance, Patience)).IsHealthy);
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.Listen, options.PollInterval, options.TimeToLive) = (ListenMode.Off, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));
        return options;
    }
}
