using PgPubSub.Postgres.Tests.Leases;
using PgPubSub.Proxies;

namespace PgPubSub.Postgres.Tests.HotPath;

/// <summary>No lock is held while data travels.</summary>
public sealed class TravelSpec : StoreSpec
{
    [Fact]
    public async Task While_a_reader_stops_reading_its_page_another_node_claims_and_a_publisher_publishes()
    {
        var topic = await TopicAsync();
        for (var i = 0; i < 4; i++)
            await Store.Log.AppendAsync(topic, i * 16, Events.ManyBytes(16, 1_000_000));
        await AppendAsync(topic, 3);
        var group = await GroupAsync(topic);
        var proxy = Keep(new TcpProxy(Server));
        var slow = Open(o => o.ConnectionString = proxy.ConnectionString);
        var (reader, other) = (await NodeAsync(slow), await NodeAsync());
        var application = await Direct.ScalarAsync<string>($"SELECT application FROM pgpubsub.node WHERE id = '{reader}'");
        foreach (var session in proxy.Sessions)
            session.StopReplies();

        var reading = slow.ClaimAsync(group, reader, most: 64);
        await await Task.WhenAny(reading, Direct.UntilAsync($"SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '{application}' AND wait_event = 'ClientWrite'"));

        Assert.Equal((64, 67), (await Store.ClaimAsync(group, other)) is var page ? (page.Lo, page.Hi) : default);
        Assert.True(await Store.SettleAsync(group, other, page.Whole()));
        Assert.Equal(67, (await Store.Log.AppendAsync(topic, 67, Events.Many(1))).First);
        Assert.Equal(0, await Direct.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE a.application_name = '{application}' AND (l.locktype = 'advisory' OR l.mode <> 'AccessShareLock' AND l.locktype = 'relation')"));
        Assert.False(reading.IsCompleted);

        foreach (var session in proxy.Sessions)
            session.PassReplies();
        Assert.Equal(Enumerable.Range(0, 64).Select(i => (long)i), (await reading).Events.Select(e => e.Offset));
    }
}
