using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Tests.Leases;

namespace PgPubSub.Postgres.Tests.Nodes;

/// <summary>What a node holds without knowing goes back; what it leaves behind when it stops does too.</summary>
public sealed class OrphansSpec : StoreSpec
{
    private GroupKey _group;
    private Guid _node;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var topic = await TopicAsync();
        await AppendAsync(topic, 10);
        (_group, _node) = (await GroupAsync(topic), await NodeAsync());
    }

    [Fact]
    public async Task A_beat_tells_all_tokens_under_the_nodes_name()
    {
        var page = await Store.ClaimAsync(_group, _node, most: 3);
        await Store.SettleAsync(_group, _node, page.Failed(Claims.Nack(1)));
        var retry = Assert.Single(await Store.ClaimRetriesAsync(_group, _node));
        await Store.ClaimAsync(_group, await NodeAsync());

        var held = await Store.Nodes.BeatAsync(_node, keepsLock: false);

        Assert.Equal(new[] { page.Token, retry.Token }.Order(), held!.Order());
    }

    [Fact]
    public async Task Orphans_go_back_at_once_without_counting_as_a_death_and_the_rest_stays()
    {
        var lost = await Store.ClaimAsync(_group, _node, most: 3);
        var kept = await Store.ClaimAsync(_group, _node, most: 3);

        Assert.Equal(3, await Store.Nodes.ReturnOrphansAsync(_node, [lost.Token]));

        var retries = await Store.ClaimRetriesAsync(_group, await NodeAsync());
        Assert.Equal([0, 1, 2], retries.Select(r => r.Event.Offset).Order());
        Assert.All(retries, r => Assert.Equal((1, 0), (r.Attempts, r.Deaths)));
        Assert.True(await Store.SettleAsync(_group, _node, kept.Whole()));
    }

    [Fact]
    public async Task Nobody_returns_what_another_node_holds()
    {
        var page = await Store.ClaimAsync(_group, _node, most: 3);

        Assert.Equal(0, await Store.Nodes.ReturnOrphansAsync(await NodeAsync(), [page.Token]));
    }

    [Fact]
    public async Task A_node_that_departs_leaves_nothing_claimed_behind()
    {
        var page = await Store.ClaimAsync(_group, _node, most: 3);
        await Store.SettleAsync(_group, _node, page.Acked(1));

        await Store.Nodes.DepartAsync(_node);

        var other = await NodeAsync();
        var retries = await Store.ClaimRetriesAsync(_group, other);
        Assert.Equal([0, 2], retries.Select(r => r.Event.Offset).Order());
        Assert.All(retries, r => Assert.Equal(0, r.Deaths));
        Assert.Null(await Store.Nodes.BeatAsync(_node, keepsLock: false));
        Assert.Empty(await Store.Nodes.WatchAsync(other, CancellationToken.None));
    }

    [Fact]
    public async Task A_poll_tells_the_tails_of_the_topics_that_are_there()
    {
        var empty = await TopicAsync("empty");

        var poll = await Store.Nodes.PollAsync(new Core.Nodes.PollRequest([_group.Topic, empty, new Core.Topics.TopicId(9_999)], [_group], []), CancellationToken.None);

        Assert.Equal([(_group.Topic, 10L), (empty, 0L)], poll.Tails.Select(t => (t.Topic, t.Tail)).OrderByDescending(t => t.Tail));
        Assert.Empty(poll.RetriesDue);
    }
}
