using PgPubSub.Poolers;
using PgPubSub.Proxies;

namespace PgPubSub.Postgres.Tests.Poolers;

/// <summary>A pooler is recognised before anything is prepared, locked or set in a session that is not ours.</summary>
public class RecognisedSpec(string mode = "transaction") : PooledSpec(mode)
{
    [FactOfPgBouncer]
    public async Task Nothing_is_listened_for_locked_or_prepared_behind_it()
    {
        var store = OpenPooled();
        var topic = (await store.Log.EnsureTopicAsync("orders", Core.Topics.Retention.Default, CancellationToken.None)).Id;
        var node = await NodeAsync(store);

        Assert.Null(await store.Wakeups.OpenAsync(node, CancellationToken.None));
        for (var i = 0; i < 8; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, PoolSize).Select(_ => store.Log.AppendAsync(topic, 0, Events.Many(1))));
            Assert.NotNull(await store.Nodes.BeatAsync(node, keepsLock: false));
        }

        await store.DisposeAsync();
        Assert.Equal(0, await OverBackendsAsync("""
            SELECT (SELECT count(*) FROM pg_prepared_statements) + (SELECT count(*) FROM pg_listening_channels())
              + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
              + (SELECT count(*) FROM pg_settings WHERE name LIKE 'tcp_keepalives%' AND source = 'session')
            """));
    }
}

/// <summary>PgBouncer in session mode: a session would be ours for a while, but which one it is can't be told apart.</summary>
public sealed class RecognisedInSessionModeSpec() : RecognisedSpec("session");

/// <summary>A proxy that tells the right number and passes nothing on that was not asked for.</summary>
public sealed class RecognisedBySilenceSpec : StoreSpec
{
    [Fact]
    public async Task A_probe_that_stays_silent_shows_it_before_the_lock_is_taken()
    {
        await using var proxy = new TcpProxy(Server) { OnReply = Garble };
        var store = Open(o => o.ConnectionString = proxy.ConnectionString);
        var (self, node) = (await NodeAsync(), await NodeAsync(store));

        Assert.Null(await store.Wakeups.OpenAsync(node, CancellationToken.None));

        Assert.False((await Store.Nodes.WatchAsync(self, CancellationToken.None)).Single().LockHeld);
    }

    private static void Garble(Memory<byte> reply)
    {
        var at = reply.Span.IndexOf("probe "u8);
        if (at >= 0)
            reply.Span[at] = (byte)'x';
    }
}
