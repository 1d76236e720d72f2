using PgPubSub.Core.Topics;
using Akka.Actor;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres;

namespace PgPubSub.Actors.Tests.Subscriptions;

/// <summary>Retention spares what a private subscriber that lives has not read.</summary>
public sealed class MarkSpec : HubSpec
{
    [Fact]
    public async Task The_mark_is_there_before_the_subscription_is_confirmed_and_moves_with_what_is_settled()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));
        await RunAsync($"UPDATE {Schema}.event SET published_at = published_at - interval '1 hour'");
        var consumer = await SubscribeAsync(new Subscribe("t", From: StartFrom.Offset(5), Window: 1));
        Assert.Equal(5L, await AskAsync<long>($"SELECT low FROM {Schema}.mark"));
        Assert.Equal(5, await TrimAsync());

        for (var offset = 5; offset < 12; offset++)
            consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack());
        await UntilAsync($"SELECT low = 12 FROM {Schema}.mark");
        Assert.Equal(12, await TrimAsync());

        Hub.Tell(new Unsubscribe("t"), consumer);
        await consumer.FishForMessageAsync(m => m is Unsubscribed, Patience);
        await UntilAsync($"SELECT count(*) = 0 FROM {Schema}.mark");
        Assert.Equal(19, await TrimAsync());
    }

    [Fact]
    public async Task Of_several_subscribers_the_lowest_counts_and_a_new_id_of_the_node_keeps_the_mark()
    {
        await PublishAsync("t", Enumerable.Range(0, 20));
        await SubscribeAsync(new Subscribe("t", From: StartFrom.Offset(9)));
        await SubscribeAsync(new Subscribe("t", From: StartFrom.Offset(3)));
        await SubscribeAsync(new Subscribe("t"));
        Assert.Equal(3L, await AskAsync<long>($"SELECT low FROM {Schema}.mark"));

        var before = await AskAsync<Guid>($"SELECT id FROM {Schema}.node");
        await UntilAsync($"SELECT coalesce(bool_or({Schema}.take_over_v1(id, seen_at)), false) FROM {Schema}.node WHERE id = '{before}'");

        await UntilAsync($"SELECT EXISTS (SELECT FROM {Schema}.mark WHERE low = 3 AND node <> '{before}')");
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.TimeToLive = TimeSpan.FromSeconds(3);
        return options;
    }

    private async Task<long> TrimAsync()
    {
        await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = ConnectionString, Schema = Schema });
        var topic = (await store.Log.EnsureTopicAsync("t", Retention.Default, CancellationToken.None)).Id;
        await store.Topics.AlterTopicAsync(topic, new Retention { Count = 0 });
        return (await store.Topics.TrimAsync(topic, CancellationToken.None)).Floor;
    }
}
