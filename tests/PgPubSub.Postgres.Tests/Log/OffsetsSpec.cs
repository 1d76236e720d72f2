using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Log;

/// <summary>R1: a topic's offsets are 0, 1, 2, ... without a gap, in commit order.</summary>
public sealed class OffsetsSpec : StoreSpec
{
    private const int Appenders = 12;
    private const int Batches = 25;

    [Fact]
    public async Task Many_appenders_get_offsets_without_a_gap_and_a_reader_never_sees_one()
    {
        var topic = await TopicAsync();
        using var done = new CancellationTokenSource();
        var reading = ReadAllAsync(topic, done.Token);

        var published = await Task.WhenAll(Enumerable.Range(0, Appenders).Select(i => AppendManyAsync(topic, i)));
        await done.CancelAsync();

        var expected = published.SelectMany(x => x).OrderBy(x => x.Offset).ToList();
        Assert.Equal(Enumerable.Range(0, expected.Count).Select(i => (long)i), expected.Select(x => x.Offset));
        Assert.Equal(expected.Select(x => x.Id), (await reading).Select(e => e.Id));
    }

    [Fact]
    public async Task Time_order_is_offset_order()
    {
        var topic = await TopicAsync();
        await Task.WhenAll(Enumerable.Range(0, Appenders).Select(i => AppendManyAsync(topic, i)));

        Assert.False(await Direct.ScalarAsync<bool>(
            """SELECT bool_or(earlier) FROM (SELECT published_at < lag(published_at) OVER (ORDER BY "offset") AS earlier FROM pgpubsub.event) e"""));
    }

    [Fact]
    public async Task An_event_is_never_older_than_its_predecessor_even_when_the_clock_was_set_back()
    {
        var topic = await TopicAsync();
        await AppendAsync(topic, 1);
        await Direct.RunAsync("UPDATE pgpubsub.event SET published_at = published_at + interval '1 hour'");

        await AppendAsync(topic, 1);

        Assert.Equal(1, await Direct.ScalarAsync<long>("SELECT count(DISTINCT published_at) FROM pgpubsub.event"));
    }

    [Fact]
    public async Task An_append_that_was_rolled_back_leaves_no_gap_behind()
    {
        var topic = await TopicAsync();
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN");
        await Direct.RunAsync(other, $$"""SELECT pgpubsub.append_v1({{topic.Value}}, 0, ARRAY[gen_random_uuid()], '{test}', NULL, '{"1"}', NULL, NULL, NULL, '{1}')""");
        var waiting = Store.Log.AppendAsync(topic, 0, Events.Many(1));
        await Direct.UntilAsync("SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");

        await Direct.RunAsync(other, "ROLLBACK");

        Assert.Equal(0, (await waiting).First);
    }

    private async Task<List<(long Offset, Guid Id)>> AppendManyAsync(TopicId topic, int seed)
    {
        var random = new Random(seed);
        var all = new List<(long, Guid)>();
        for (var i = 0; i < Batches; i++)
        {
            if (random.Next(4) == 0)
            {
                var refused = await Assert.ThrowsAsync<StoreException>(() => Store.Log.AppendAsync(topic, 0, [.. Events.Many(2), Events.Json("{")]));
                Assert.Equal(FaultKind.Refused, refused.Kind);
            }

            var batch = Events.Many(random.Next(1, 20));
            var first = (await Store.Log.AppendAsync(topic, 0, batch)).First!.Value;
            all.AddRange(batch.Select((e, n) => (first + n, e.Id)));
        }

        return all;
    }

    // Each page must begin where the last one ended: a gap would show up as a jump.
    private async Task<List<StoredEvent>> ReadAllAsync(TopicId topic, CancellationToken done)
    {
        var seen = new List<StoredEvent>();
        while (true)
        {
            var last = done.IsCancellationRequested;
            var page = await Store.Log.ReadAsync(topic, seen.Count, 1_000, long.MaxValue, CancellationToken.None);
            Assert.Equal(page.Select((_, i) => (long)(seen.Count + i)), page.Select(e => e.Offset));
            seen.AddRange(page);
            if (last && page.Count == 0)
                return seen;
        }
    }
}
