using PgPubSub.Postgres.Tests.Leases;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using PgPubSub.Proxies;

namespace PgPubSub.Postgres.Tests.Log;

/// <summary>R2: a batch is in the log once, however often and in whatever order its sends arrive.</summary>
public sealed class AppendOnceSpec : StoreSpec
{
    [Fact]
    public async Task The_same_batch_again_gets_the_same_offsets()
    {
        var topic = await TopicAsync();
        var batch = Events.Many(3);
        var first = await Store.Log.AppendAsync(topic, 0, batch);
        await AppendAsync(topic, 2);

        var again = await Store.Log.AppendAsync(topic, 0, batch);

        Assert.Equal(first, again);
        Assert.Equal(5, await CountAsync());
    }

    [Fact]
    public async Task The_same_batch_sent_by_many_at_once_is_there_once()
    {
        var topic = await TopicAsync();
        var batch = Events.Many(3);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.Log.AppendAsync(topic, 0, batch)));

        Assert.Single(outcomes.Distinct());
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task A_known_tail_that_is_the_batchs_own_place_finds_it()
    {
        var topic = await TopicAsync();
        await AppendAsync(topic, 4);
        var batch = Events.Many(2);
        await Store.Log.AppendAsync(topic, 4, batch);

        Assert.Equal(4, (await Store.Log.AppendAsync(topic, 4, batch)).First);
    }

    [Fact]
    public async Task A_batch_that_is_sent_again_with_other_events_is_refused()
    {
        var topic = await TopicAsync();
        var batch = Events.Many(2);
        await Store.Log.AppendAsync(topic, 0, batch);

        var refused = await Assert.ThrowsAsync<StoreException>(() => Store.Log.AppendAsync(topic, 0, [batch[0], Events.Json("1")]));

        Assert.Equal(FaultKind.Refused, refused.Kind);
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Past_the_known_tail_nothing_is_guessed_and_nothing_is_written()
    {
        var topic = await TopicAsync();
        var batch = Events.Many(2);
        await Store.Log.AppendAsync(topic, 0, batch);
        await AppendAsync(topic, 3);
        await MakeOldAsync(topic);
        await Store.TrimAsync(topic, keep: 0);

        Assert.Null((await Store.Log.AppendAsync(topic, 0, batch)).First);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_tail_that_is_ahead_of_the_log_is_of_a_history_that_was_lost_and_nothing_is_written()
    {
        var topic = await TopicAsync();
        await AppendAsync(topic, 3);

        Assert.Null((await Store.Log.AppendAsync(topic, 4, Events.Many(1))).First);
        Assert.Equal(3, await CountAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_arrives_after_its_client_was_cut_off_is_there_once(bool retryFirst)
    {
        var topic = await TopicAsync();
        var proxy = Keep(new TcpProxy(Server));
        var cutOff = Open(o => o.ConnectionString = proxy.ConnectionString);
        await cutOff.Log.AppendAsync(topic, 0, Events.Many(1));
        var batch = Events.Many(5);

        var holding = proxy.HoldAsync();
        var lost = cutOff.Log.AppendAsync(topic, 1, batch);
        var held = await holding;
        held.CutClient();
        Assert.Equal(FaultKind.Unknown, (await Assert.ThrowsAsync<StoreException>(() => lost)).Kind);

        if (!retryFirst)
            await held.HandOnAsync();
        var outcome = await Store.Log.AppendAsync(topic, 1, batch);
        if (retryFirst)
            await held.HandOnAsync();

        Assert.Equal(1, outcome.First);
        var stored = await Store.Log.ReadAsync(topic, 0, 100, long.MaxValue, CancellationToken.None);
        Assert.Equal(batch.Select(e => e.Id), stored.Skip(1).Select(e => e.Id));
    }

    private Task<long> CountAsync() => Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.event");
}
