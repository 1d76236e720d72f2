using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Postgres.Tests.Leases.Claims;

namespace PgPubSub.Postgres.Tests.Leases;

/// <summary>R7: a message that failed too often becomes exactly one dead letter, and its retry goes with the same commit.</summary>
public sealed class BurySpec : StoreSpec
{
    private GroupKey _group;
    private Guid _node;
    private ClaimedPage _page = null!;
    private IReadOnlyList<Core.Topics.NewEvent> _events = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var topic = await TopicAsync();
        _events = await AppendAsync(topic, 4);
        (_group, _node) = (await GroupAsync(topic), await NodeAsync());
        _page = await Store.ClaimAsync(_group, _node);
    }

    [Fact]
    public async Task A_burial_out_of_a_lease_writes_one_dead_letter_and_no_retry()
    {
        Assert.True(await Store.SettleAsync(_group, _node, _page.Failed(Bury(2))));
        Assert.True(await Store.SettleAsync(_group, _node, _page.Failed(Bury(2), Nack(2))));

        Assert.Equal(_events[2].Id, Assert.Single(await DeadAsync()));
        Assert.Empty(await Store.ClaimRetriesAsync(_group, _node));
    }

    [Fact]
    public async Task A_burial_of_a_retry_takes_the_retry_away_in_the_same_transaction()
    {
        await Store.SettleAsync(_group, _node, _page.Failed(Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        var before = await Direct.ScalarAsync<string>("SELECT xmin::text FROM pgpubsub.retry");

        Assert.True(await Store.SettleAsync(_group, _node, retry, Bury(1)));
        Assert.False(await Store.SettleAsync(_group, _node, retry, Bury(1)));

        Assert.Equal(_events[1].Id, Assert.Single(await DeadAsync()));
        Assert.Equal(0, await Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.retry"));
        Assert.NotEqual(before, await Direct.ScalarAsync<string>("SELECT xmin::text FROM pgpubsub.dead_letter"));
    }

    [Fact]
    public async Task Where_the_dead_letter_cannot_be_written_the_retry_stays()
    {
        await Store.SettleAsync(_group, _node, _page.Failed(Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        await Direct.RunAsync("ALTER TABLE pgpubsub.dead_letter ADD CONSTRAINT none_may_be_buried CHECK (attempts < 0)");

        await Assert.ThrowsAsync<StoreException>(() => Store.SettleAsync(_group, _node, retry, Bury(1)));

        Assert.Equal(retry.Token, await Direct.ScalarAsync<Guid>("SELECT token FROM pgpubsub.retry"));
        Assert.Empty(await DeadAsync());
    }

    [Fact]
    public async Task A_later_burial_of_the_same_offset_replaces_the_earlier_one()
    {
        await Store.SettleAsync(_group, _node, _page.Failed(Bury(1, attempts: 5)));
        await Store.Subscriptions.SeekAsync(_group, StartFrom.Offset(0));
        var again = await Store.ClaimAsync(_group, _node, generation: 2);

        await Store.SettleAsync(_group, _node, again.Failed(Bury(1, attempts: 7)));

        Assert.Equal(_events[1].Id, Assert.Single(await DeadAsync()));
        Assert.Equal(7, await Direct.ScalarAsync<int>("SELECT attempts FROM pgpubsub.dead_letter"));
    }

    [Fact]
    public async Task A_dead_letter_holds_the_event_as_it_was_published()
    {
        var sent = new Core.Topics.NewEvent(Guid.CreateVersion7(), "paid", "key", "{ \"b\":1,  \"a\":2 }"u8.ToArray(), null, "{\"trace\":\"x\"}"u8.ToArray());
        await Store.Log.AppendAsync(_group.Topic, 0, [sent]);
        var page = await Store.ClaimAsync(_group, _node);

        await Store.SettleAsync(_group, _node, page.Failed(Bury(4)));

        Assert.Equal(
            "billing|paid|key|{ \"b\":1,  \"a\":2 }|{\"trace\":\"x\"}|5|it failed too often",
            await Direct.ScalarAsync<string>("SELECT concat_ws('|', subscriber, type, key, data, headers, attempts, why) FROM pgpubsub.dead_letter"));
    }

    [Fact]
    public async Task A_step_of_a_redrive_takes_no_more_than_it_can_carry_in_time()
    {
        await Direct.RunAsync("ALTER TABLE pgpubsub.dead_letter ALTER body SET STORAGE EXTERNAL");
        await Store.SettleAsync(_group, _node, _page.Failed(Bury(0), Bury(1), Bury(2)));
        await Direct.RunAsync("UPDATE pgpubsub.dead_letter SET data = NULL, body = decode(repeat('00', 33 * 1024 * 1024), 'hex')");
        var all = new Core.DeadLetters.DeadLetterFilter(_group.Topic);

        Assert.Equal(new Core.DeadLetters.DeadLetterStep(1, 0, 1), await Store.DeadLetters.RedriveAsync(all, 0, 1_000));
        Assert.Equal(new Core.DeadLetters.DeadLetterStep(1, 0, 2), await Store.DeadLetters.RedriveAsync(all, 1, 1_000));
        Assert.Equal(new Core.DeadLetters.DeadLetterStep(1, 0, null), await Store.DeadLetters.RedriveAsync(all, 2, 1_000));
    }

    [Fact]
    public async Task A_private_subscriber_has_dead_letters_of_its_own()
    {
        await Store.Deliveries.BuryPrivateAsync(_group.Topic, "a consumer", Bury(3));

        Assert.Equal(_events[3].Id, Assert.Single(await DeadAsync()));
        Assert.True(await Direct.ScalarAsync<bool>("SELECT subscription IS NULL AND subscriber = 'a consumer' FROM pgpubsub.dead_letter"));
    }

    private Task<IReadOnlyList<Guid>> DeadAsync() => Direct.ListAsync<Guid>("""SELECT event_id FROM pgpubsub.dead_letter ORDER BY id""");
}
