using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.History;

/// <summary>A failover to a standby that had not got everything takes back what was there; the specs take it back by hand.</summary>
public sealed class RewoundSpec : HubSpec
{
    [Fact]
    public async Task A_reader_is_told_where_the_log_was_rewound_to_and_reads_what_came_instead()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest));
        for (var i = 0; i < 10; i++)
            reader.Reply((await reader.ExpectMsgAsync<Delivery>(Patience)).Ack());

        await RunAsync($"""DELETE FROM {Schema}.event WHERE "offset" >= 6""");
        await BreakListenerAsync();

        var told = await reader.FishForMessageAsync<HistoryRewound>(_ => true, Patience);
        Assert.Equal((10L, 6L), (told.From, told.To));
        await PublishAsync("t", 60);
        var next = await reader.FishForMessageAsync<Delivery>(_ => true, Patience);
        Assert.Equal((6L, 60), (next.Offset, next.As<Number>().Value));
    }

    [Fact]
    public async Task A_log_that_has_grown_past_its_old_end_is_known_by_its_events()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest));
        for (var i = 0; i < 10; i++)
            reader.Reply((await reader.ExpectMsgAsync<Delivery>(Patience)).Ack());

        await RunAsync($"""UPDATE {Schema}.event SET event_id = gen_random_uuid() WHERE "offset" >= 8""");
        await BreakListenerAsync();

        Assert.Equal(8, (await reader.FishForMessageAsync<HistoryRewound>(_ => true, Patience)).To);
        Assert.Equal((8L, 9L), ((await NextAsync()).Offset, (await NextAsync()).Offset));

        async Task<Delivery> NextAsync() => await reader.FishForMessageAsync<Delivery>(_ => true, Patience);
    }

    [Fact]
    public async Task A_group_whose_last_claims_were_lost_gets_what_came_instead()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var member = await SubscribeAsync(new Subscribe("t", "g"));
        for (var i = 0; i < 10; i++)
            member.Reply((await member.ExpectMsgAsync<Delivery>(Patience)).Ack());
        await UntilGroupAsync("t", "g", g => g is { Position: 10, InFlight: 0 });

        await RunAsync($"""DELETE FROM {Schema}.event WHERE "offset" >= 6; UPDATE {Schema}.cursor SET hi = 5""");
        await BreakListenerAsync();
        await PublishAsync("t", 60);

        Assert.Equal([(5L, 5), (6L, 60)], [await NextAsync(), await NextAsync()]);

        async Task<(long, int)> NextAsync()
        {
            var delivery = await member.FishForMessageAsync<Delivery>(_ => true, Patience);
            delivery.Settle(delivery.Ack());
            return (delivery.Offset, delivery.As<Number>().Value);
        }
    }

    [Fact]
    public async Task A_lost_connection_alone_is_no_rewound_history()
    {
        await PublishAsync("t", 0, 1);
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Earliest));
        await reader.ExpectMsgAsync<Delivery>(Patience);
        await reader.ExpectMsgAsync<Delivery>(Patience);

        await BreakListenerAsync();
        await PublishAsync("t", 2);

        Assert.Equal(2, (await reader.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }
}
