using PgPubSub.Postgres.Tests.Leases;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Tests.Log;

/// <summary>Pages of the log.</summary>
public sealed class ReadSpec : StoreSpec
{
    private TopicId _topic;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _topic = await TopicAsync();
        await Store.Log.AppendAsync(_topic, 0, Events.ManyBytes(10, 100));
    }

    [Theory]
    [InlineData(0, 1_000, long.MaxValue, 10)]
    [InlineData(4, 3, long.MaxValue, 3)]
    [InlineData(0, 1_000, 350, 3)]
    [InlineData(0, 1_000, 300, 3)]
    [InlineData(0, 1_000, 299, 2)]
    [InlineData(3, 1_000, 50, 1)]
    [InlineData(10, 1_000, long.MaxValue, 0)]
    [InlineData(99, 1_000, long.MaxValue, 0)]
    public async Task A_page_is_bounded_by_count_and_by_bytes(long from, int most, long bytes, int count)
    {
        var page = await Store.Log.ReadAsync(_topic, from, most, bytes, CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, count).Select(i => from + i), page.Select(e => e.Offset));
    }

    [Fact]
    public async Task A_page_below_the_floor_begins_at_the_floor()
    {
        await MakeOldAsync(_topic);
        await Store.TrimAsync(_topic, keep: 4);

        Assert.Equal([6, 7], (await Store.Log.ReadAsync(_topic, 0, 2, long.MaxValue, CancellationToken.None)).Select(e => e.Offset));
    }

    [Fact]
    public async Task A_topic_knows_its_tail_and_its_floor()
    {
        Assert.Equal(new TopicState(_topic, 0, 10), await Store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None));
        await MakeOldAsync(_topic);
        await Store.TrimAsync(_topic, keep: 4);
        Assert.Equal(new TopicState(_topic, 6, 10), await Store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None));
    }

    [Fact]
    public async Task A_read_can_be_given_up_and_the_next_one_is_served()
    {
        await using var other = await Direct.OpenAsync();
        await Direct.RunAsync(other, "BEGIN; LOCK TABLE pgpubsub.event");
        using var stop = new CancellationTokenSource();
        var reading = Store.Log.ReadAsync(_topic, 0, 10, long.MaxValue, stop.Token);
        await Direct.UntilAsync($"SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'pgpubsub.event'::regclass".Replace("pgpubsub", Schema, StringComparison.Ordinal));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        await Direct.RunAsync(other, "COMMIT");
        Assert.Equal(10, (await Store.Log.ReadAsync(_topic, 0, 10, long.MaxValue, CancellationToken.None)).Count);
    }
}
