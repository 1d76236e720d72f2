
namespace PgPubSub.Actors.Tests.Nodes;

public sealed class TakeoverSpec : HubSpec
{
    private const string Dead = "0198a000-0000-7000-8000-00000000dead";

    [Fact]
    public async Task What_a_dead_node_held_is_handed_out_here_with_a_higher_attempt()
    {
        await PublishAsync("t", Enumerable.Range(0, 4));
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        for (var i = 0; i < 4; i++)
            consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack());
        await PublishAsync("other", Enumerable.Range(0, 3));
        var other = await SubscribeAsync(new Subscribe("other", "g"));
        for (var i = 0; i < 3; i++)
            other.Reply((await other.ExpectMsgAsync<Delivery>(Patience)).Ack(confirm: true));
        await UntilAsync($"SELECT count(*) = 0 FROM {Schema}.lease");

        // A node that says it keeps a presence lock, and doesn't: what a killed process leaves behind.
        await RunAsync($"""
            INSERT INTO {Schema}.node (id, name, seen_at, keeps_lock) VALUES ('{Dead}', 'dead', clock_timestamp(), true);
            INSERT INTO {Schema}.lease (topic, subscription, generation, lo, hi, token, node, settled)
            SELECT s.topic, s.id, 1, 0, 3, gen_random_uuid(), '{Dead}', B'010' FROM {Schema}.subscription s JOIN {Schema}.topic t ON t.id = s.topic WHERE t.name = 'other';
            """);

        var attempts = new SortedDictionary<long, int>();
        while (attempts.Count < 2)
        {
            var message = await other.FishForMessageAsync<Delivery>(_ => true, Patience);
            attempts.Add(message.Offset, message.Attempt);
            other.Reply(message.Ack());
        }

        Assert.Equal([(0L, 2), (2L, 2)], attempts.Select(x => (x.Key, x.Value)));
        Assert.False(await AskAsync<bool>($"SELECT EXISTS (SELECT FROM {Schema}.node WHERE id = '{Dead}')"));
    }

    [Fact]
    public async Task A_node_that_was_declared_dead_comes_back_under_a_new_id_and_treats_what_it_held_as_lost()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        var held = await consumer.ExpectMsgAsync<Delivery>(Patience);
        var before = await AskAsync<Guid>($"SELECT id FROM {Schema}.node");

        // What a takeover by another node leaves; one that meets a beat changes nothing and is tried again.
        await UntilAsync($"SELECT coalesce(bool_or({Schema}.take_over_v1(id, seen_at)), false) FROM {Schema}.node WHERE id = '{before}'");

        Assert.Equal(held.Offset, (await consumer.FishForMessageAsync<DeliveryRevoked>(_ => true, Patience)).Delivery.Offset);
        consumer.Reply(held.Ack(confirm: true));
        await consumer.FishForMessageAsync<AnswerRefused>(_ => true, Patience);
        var again = await consumer.FishForMessageAsync<Delivery>(_ => true, Patience);
        Assert.Equal((held.EventId, 2), (again.EventId, again.Attempt));
        Assert.NotEqual(before, await AskAsync<Guid>($"SELECT id FROM {Schema}.node"));
    }

    [Fact]
    public async Task A_lease_under_this_nodes_name_that_nobody_here_knows_goes_back()
    {
        await PublishAsync("t", 1);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        consumer.Reply((await consumer.ExpectMsgAsync<Delivery>(Patience)).Ack(confirm: true));
        await consumer.ExpectMsgAsync<AnswerConfirmed>(Patience);

        await RunAsync($"""
            INSERT INTO {Schema}.lease (topic, subscription, generation, lo, hi, token, node)
            SELECT s.topic, s.id, 1, 0, 1, gen_random_uuid(), n.id FROM {Schema}.subscription s, {Schema}.node n
            """);

        Assert.Equal((0, 2), Of(await consumer.ExpectMsgAsync<Delivery>(Patience)));

        static (long, int) Of(Delivery delivery) => (delivery.Offset, delivery.Attempt);
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.TimeToLive = TimeSpan.FromSeconds(3);
        return options;
    }
}
