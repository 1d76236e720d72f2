using System.Text;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Tests.Leases;
using PgPubSub.Proxies;

namespace PgPubSub.Postgres.Tests.Log;

/// <summary>Appends that go together have each its own outcome, and none of them is harmed by what befalls another.</summary>
public sealed class AppendTogetherSpec : StoreSpec
{
    private const int Topics = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Appends_of_many_topics_at_once_get_each_the_offsets_of_its_own_topic_without_a_gap()
    {
        var topics = await TopicsAsync();
        var sent = topics.ToDictionary(topic => topic, _ => new List<NewEvent>());
        for (var round = 0; round < 10; round++)
        {
            var batches = topics.Select((topic, i) => (Topic: topic, Tail: sent[topic].Count, Events: Mixed(1 + ((i + round) % 7)))).ToList();

            var outcomes = await Task.WhenAll(batches.Select(batch => Store.Log.AppendAsync(batch.Topic, batch.Tail, batch.Events)));

            Assert.Equal(batches.Select(batch => (long?)batch.Tail), outcomes.Select(outcome => outcome.First));
            batches.ForEach(batch => sent[batch.Topic].AddRange(batch.Events));
        }

        Assert.InRange(await TransactionsAsync(), 1, Topics * 10 / 2); // they did go together
        foreach (var topic in topics)
        {
            var stored = await ReadAsync(topic);
            Assert.Equal(Enumerable.Range(0, stored.Count).Select(i => (long)i), stored.Select(e => e.Offset));
            Assert.Equal(sent[topic].Select(Text), stored.Select(e => Text(new NewEvent(e.Id, e.Type, e.Key, e.Data, e.ContentType, e.Headers))));
        }
    }

    [Fact]
    public async Task Several_appends_to_one_topic_among_others_are_all_there()
    {
        var topics = await TopicsAsync();

        var outcomes = await Task.WhenAll(topics.Concat(topics).Concat(topics).Select(async topic => (topic, await Store.Log.AppendAsync(topic, 0, Events.Many(2)))));

        Assert.All(outcomes.GroupBy(x => x.topic), one => Assert.Equal([0L, 2L, 4L], one.Select(x => x.Item2.First!.Value).Order()));
    }

    [Fact]
    public async Task One_whose_content_is_refused_is_refused_alone()
    {
        var topics = await TopicsAsync();

        var outcomes = await TogetherAsync(topics, (i, topic) => Store.Log.AppendAsync(topic, 0, i == 20 ? [Events.Json("1"), Events.Json("{")] : Events.Many(2)));

        Assert.Equal(FaultKind.Refused, Assert.IsType<StoreException>(outcomes[20]).Kind);
        Assert.All(outcomes.Where((_, i) => i != 20), Assert.Null);
        Assert.Equal(2 * (Topics - 1), await CountAsync());
    }

    [Fact]
    public async Task Topics_that_had_trouble_go_alone_for_a_while()
    {
        var topics = await TopicsAsync();
        foreach (var topic in topics)
            await Assert.ThrowsAsync<StoreException>(() => Store.Log.AppendAsync(topic, 0, [Events.Json("{")]));

        Assert.All(await TogetherAsync(topics, (_, topic) => Store.Log.AppendAsync(topic, 0, Events.Many(1))), Assert.Null);

        Assert.InRange(await TransactionsAsync(), Topics / 2, Topics);
    }

    [Fact]
    public async Task A_topic_that_was_dropped_meanwhile_is_gone_to_its_own_append_alone()
    {
        var topics = await TopicsAsync();
        await Store.Topics.DropTopicAsync(topics[20], CancellationToken.None);

        var outcomes = await TogetherAsync(topics, (_, topic) => Store.Log.AppendAsync(topic, 0, Events.Many(2)));

        Assert.Equal(FaultKind.Gone, Assert.IsType<StoreException>(outcomes[20]).Kind);
        Assert.InRange(await TransactionsAsync(), 1, Topics / 3); // nobody had to be sent alone for it
        Assert.All(outcomes.Where((_, i) => i != 20), Assert.Null);
        Assert.Equal(2 * (Topics - 1), await CountAsync());
    }

    [Fact]
    public async Task The_same_batches_again_among_new_ones_are_there_once_and_one_with_other_events_is_refused_alone()
    {
        var topics = await TopicsAsync();
        var batches = topics.Select(_ => Events.Many(3)).ToList();
        await Task.WhenAll(topics.Select((topic, i) => Store.Log.AppendAsync(topic, 0, batches[i])));
        batches[21] = [batches[21][0], batches[21][1], Events.Json("1")];

        var firsts = new long?[Topics];
        var outcomes = await TogetherAsync(topics, async (i, topic) => firsts[i] = (await Store.Log.AppendAsync(topic, 0, i % 2 == 0 ? Events.Many(1) : batches[i])).First);

        Assert.Equal(FaultKind.Refused, Assert.IsType<StoreException>(outcomes[21]).Kind);
        Assert.Equal(Enumerable.Range(0, Topics).Select(i => i == 21 ? default(long?) : i % 2 == 0 ? 3 : 0), firsts);
        Assert.Equal((3 * Topics) + (Topics / 2), await CountAsync());
        Assert.InRange(await TransactionsAsync(), 1, Topics / 3); // nobody had to be sent alone for it
    }

    [Fact]
    public async Task What_cannot_be_told_any_more_is_told_so_to_its_own_append_alone()
    {
        var topics = await TopicsAsync();
        var old = Events.Many(1);
        await Store.Log.AppendAsync(topics[20], 0, old);
        await AppendAsync(topics[20], 2);
        await MakeOldAsync(topics[20]);
        await Store.TrimAsync(topics[20], keep: 0);

        var outcomes = await Task.WhenAll(topics.Select((topic, i) => Store.Log.AppendAsync(topic, i == 30 ? 1 : 0, i == 20 ? old : Events.Many(1))));

        Assert.Equal(Enumerable.Range(0, Topics).Select(i => i is 20 or 30 ? default(long?) : 0), outcomes.Select(outcome => outcome.First));
    }

    [Fact]
    public async Task A_topic_that_a_stranger_holds_stalls_no_other_one()
    {
        var topics = await TopicsAsync();
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, $"BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('pgpubsub.append', t)) FROM unnest(ARRAY[{topics[0].Value}, {topics[1].Value}, {topics[20].Value}]) t");

        // Two of them take the lanes, and one goes together with others.
        int[] locked = [0, 1, 20];
        var held = locked.Select(_ => default(Task<AppendOutcome>)).ToArray();
        var others = new List<Task<AppendOutcome>>();
        for (var i = 0; i < Topics; i++)
        {
            var append = Store.Log.AppendAsync(topics[i], 0, Events.Many(1));
            if (Array.IndexOf(locked, i) is var at and >= 0)
                held[at] = append;
            else
                others.Add(append);
        }

        await Task.WhenAll(others).WaitAsync(Patience / 2);
        await Task.WhenAll(topics.Where((_, i) => !locked.Contains(i)).Select(topic => Store.Log.AppendAsync(topic, 1, Events.Many(1)))).WaitAsync(Patience / 2);

        Assert.All(held, one => Assert.False(one!.IsCompleted));
        await Direct.RunAsync(stranger, "COMMIT");
        Assert.All(await Task.WhenAll(held!), outcome => Assert.Equal(0, outcome.First));
        Assert.Equal((2 * (Topics - 3)) + 3, await CountAsync());
    }

    [Fact]
    public async Task A_row_that_a_stranger_has_not_committed_at_one_topics_tail_is_in_the_way_of_that_topic_alone()
    {
        var topics = await TopicsAsync();
        await using var stranger = await Direct.OpenAsync();
        await Direct.RunAsync(stranger, $$"""BEGIN; INSERT INTO pgpubsub.event (topic, "offset", event_id, type, data, size, published_at) VALUES ({{topics[20].Value}}, 0, gen_random_uuid(), 'x', '1', 1, now())""");

        var outcomes = topics.Select(topic => SentAgainAsync(Store, topic, Events.Many(1))).ToList();
        await Task.WhenAll(outcomes.Where((_, i) => i != 20)).WaitAsync(Patience / 2);

        Assert.False(outcomes[20].IsCompleted);
        await Direct.RunAsync(stranger, "ROLLBACK");
        Assert.Equal(0, await outcomes[20]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Appends_whose_client_was_cut_off_are_all_unknown_and_each_is_there_once_when_it_was_sent_again(bool retryFirst)
    {
        var topics = await TopicsAsync();
        var proxy = Keep(new TcpProxy(Server));
        var cutOff = Open(o => (o.ConnectionString, o.MaxConnections) = (proxy.ConnectionString, 4));
        await cutOff.Log.FindTopicAsync("topic-0", CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => cutOff.Log.FindTopicAsync("topic-0", CancellationToken.None)));

        // There are three for calls now: two of them hold the lanes, the third gets all the others. Sessions that were closed hold nothing.
        var holding = proxy.Sessions.Select(session => session.HoldAsync()).ToList();
        var batches = topics.Select(_ => Events.Many(3)).ToList();
        var losing = topics.Select((topic, i) => Record.ExceptionAsync(() => cutOff.Log.AppendAsync(topic, 0, batches[i]))).ToList();
        var held = new List<ProxiedSession>();
        while (held.Count < 3)
        {
            var one = await Task.WhenAny(holding).WaitAsync(Patience);
            holding.Remove(one);
            held.Add(await one);
        }

        held.ForEach(session => session.CutClient());
        Assert.All(await Task.WhenAll(losing), lost => Assert.Equal(FaultKind.Unknown, Assert.IsType<StoreException>(lost).Kind));

        if (!retryFirst)
            await Task.WhenAll(held.Select(session => session.HandOnAsync()));
        var outcomes = await Task.WhenAll(topics.Select((topic, i) => Store.Log.AppendAsync(topic, 0, batches[i])));
        if (retryFirst)
            await Task.WhenAll(held.Select(session => session.HandOnAsync()));

        Assert.All(outcomes, outcome => Assert.Equal(0, outcome.First));
        foreach (var (topic, batch) in topics.Zip(batches))
            Assert.Equal(batch.Select(e => e.Id), (await ReadAsync(topic)).Select(e => e.Id));
    }

    [Fact]
    public async Task Two_nodes_that_append_to_the_same_topics_in_opposite_orders_wait_in_turn()
    {
        const int rounds = 20;
        var topics = await TopicsAsync();
        var other = Open();
        await other.Log.FindTopicAsync("topic-0", CancellationToken.None);

        await Task.WhenAll(AppendAsync(Store, topics), AppendAsync(other, [.. topics.AsEnumerable().Reverse()]));

        Assert.Equal(2 * 2 * rounds * Topics, await CountAsync());
        Assert.Equal(0, await Direct.ScalarAsync<long>("""SELECT count(*) FROM (SELECT topic FROM pgpubsub.event GROUP BY topic HAVING count(*) <> max("offset") + 1) gap"""));
        Assert.InRange(await TransactionsAsync(), 1, rounds * Topics);

        static async Task AppendAsync(PostgresStore store, IReadOnlyList<TopicId> topics)
        {
            for (var round = 0; round < rounds; round++)
                await Task.WhenAll(topics.Select(topic => store.Log.AppendAsync(topic, 0, Events.Many(2))));
        }
    }

    private async Task<IReadOnlyList<TopicId>> TopicsAsync()
    {
        var topics = new List<TopicId>();
        for (var i = 0; i < Topics; i++)
            topics.Add(await TopicAsync($"topic-{i}"));
        return topics;
    }

    // All at once: the first ones take the lanes, all the others go together. What became of each: null where all is well.
    private static Task<Exception?[]> TogetherAsync(IReadOnlyList<TopicId> topics, Func<int, TopicId, Task> append) =>
        Task.WhenAll(topics.Select((topic, i) => Record.ExceptionAsync(() => append(i, topic)))!);

    // As a publisher does: what was not written is sent again.
    private static async Task<long?> SentAgainAsync(PostgresStore store, TopicId topic, IReadOnlyList<NewEvent> events)
    {
        while (true)
        {
            try
            {
                return (await store.Log.AppendAsync(topic, 0, events)).First;
            }
            catch (StoreException e) when (e.Kind is FaultKind.Transient)
            {
                // The same call may succeed later.
            }
        }
    }

    private static List<NewEvent> Mixed(int count) =>
    [
        .. Events.Many(count).Select((e, i) => e with
        {
            ContentType = i % 3 == 1 ? "text/plain" : null, Key = i % 4 == 2 ? $"k{i}" : null, Headers = i % 5 == 3 ? """{"a":"b"}"""u8.ToArray() : default(ReadOnlyMemory<byte>?),
        }),
    ];

    private static string Text(NewEvent e) =>
        $"{e.Id} {e.Type} {e.Key} {Encoding.UTF8.GetString(e.Data.Span)} {e.ContentType} {(e.Headers is { } h ? Encoding.UTF8.GetString(h.Span) : "none")}";

    private Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic) => Store.Log.ReadAsync(topic, 0, 1_000, long.MaxValue, CancellationToken.None);

    private Task<long> CountAsync() => Direct.ScalarAsync<long>("SELECT count(*) FROM pgpubsub.event");

    // The transactions that wrote what is there.
    private Task<long> TransactionsAsync() => Direct.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM pgpubsub.event");
}
