using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Statements;

/// <summary>Two calls at the same time, the second of which waits for the first.</summary>
public sealed class RacesSpec : StoreSpec
{
    private const string SomebodyWaits =
        "SELECT EXISTS (SELECT FROM pg_stat_activity a WHERE a.wait_event_type = 'Lock' AND a.query LIKE '%pgpubsub.%')";

    [Fact]
    public async Task A_letter_that_is_purged_is_not_redriven_as_well()
    {
        var topic = await TopicAsync();
        var group = await BuryAsync(topic);
        await using var purging = await Direct.OpenAsync();
        await Direct.RunAsync(purging, "BEGIN");
        Assert.Equal(1, await Direct.ScalarAsync<int>(purging, $"SELECT done FROM pgpubsub.purge_v1({topic.Value}, NULL, NULL, NULL, NULL, NULL, 0, 10)"));

        var redriving = Store.DeadLetters.RedriveAsync(new DeadLetterFilter(topic), 0, 10);
        await Direct.UntilAsync(SomebodyWaits);
        await Direct.RunAsync(purging, "COMMIT");

        Assert.Equal(new DeadLetterStep(0, 0, null), await redriving);
        Assert.Equal(0, await Direct.ScalarAsync<long>($"SELECT count(*) FROM pgpubsub.retry WHERE subscription = {group.Subscription}"));
    }

    [Fact]
    public async Task A_letter_that_another_redrive_took_is_not_skipped()
    {
        var topic = await TopicAsync();
        await BuryAsync(topic);
        await using var redriven = await Direct.OpenAsync();
        await Direct.RunAsync(redriven, "BEGIN");
        Assert.Equal(1, await Direct.ScalarAsync<int>(redriven, $"SELECT done FROM pgpubsub.redrive_v2({topic.Value}, NULL, NULL, NULL, NULL, NULL, 0, 10)"));

        var redriving = Store.DeadLetters.RedriveAsync(new DeadLetterFilter(topic), 0, 10);
        await Direct.UntilAsync(SomebodyWaits);
        await Direct.RunAsync(redriven, "COMMIT");

        Assert.Equal(new DeadLetterStep(0, 0, null), await redriving);
    }

    [Fact]
    public async Task A_pattern_passes_over_a_topic_that_is_dropped_meanwhile()
    {
        var (dropped, kept) = (await TopicAsync("orders.old"), await TopicAsync("orders.new"));
        await using var dropping = await Direct.OpenAsync();
        await Direct.RunAsync(dropping, "BEGIN");
        await Direct.RunAsync(dropping, $"SELECT pgpubsub.drop_topic_v1({dropped.Value})");

        var ensuring = Store.Subscriptions.EnsurePatternAsync(
            new PatternGroup(TopicPattern.Parse("orders.*"), "billing"), StartFrom.Earliest, GroupRules.Default, change: false, CancellationToken.None);
        await Direct.UntilAsync(SomebodyWaits);
        await Direct.RunAsync(dropping, "COMMIT");

        Assert.Equal([new TopicName(kept, "orders.new")], await ensuring);
    }

    [Fact]
    public async Task A_node_that_asks_twice_at_once_has_its_duty()
    {
        var node = await NodeAsync();
        await using var asking = await Direct.OpenAsync();
        await Direct.RunAsync(asking, "BEGIN");
        Assert.True(await Direct.ScalarAsync<bool>(asking, $"SELECT pgpubsub.take_duty_v2('clean', '{node}')"));

        var again = Store.Nodes.TakeDutyAsync("clean", node);
        await Direct.UntilAsync(SomebodyWaits);
        await Direct.RunAsync(asking, "COMMIT");

        Assert.True(await again);
    }

    private async Task<GroupKey> BuryAsync(TopicId topic)
    {
        var (group, node) = (await GroupAsync(topic), await NodeAsync());
        await AppendAsync(topic, 1);
        var page = await Store.Deliveries.ClaimAsync(new ClaimRequest(group, node, Guid.CreateVersion7(), 1, 1_000, 1, 0));
        await Store.Deliveries.SettleAsync(
            group, node, [new LeaseSettlement(page.Generation, page.Lo, page.Hi, page.Token, Whole: false, [], [new Failure(0, 5, TimeSpan.Zero, "it failed", Bury: true)])], []);
        return group;
    }
}
