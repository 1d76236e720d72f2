using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.History;

public sealed class HistoryPostgresSpec : HistorySpec;

public sealed class HistoryInMemorySpec : HistorySpec
{
    protected override bool InMemory => true;
}

/// <summary>History that is read in pages, and replayed.</summary>
public abstract class HistorySpec : HubSpec
{
    [Fact]
    public async Task Pages_ascend_without_gap_until_one_is_empty()
    {
        await PublishAsync("t", Enumerable.Range(0, 25));

        var (offsets, from) = (new List<long>(), 0L);
        HistoryPage page;
        do
        {
            page = await AskHubAsync<HistoryPage>(new ReadHistory("t", StartFrom.Offset(from), Most: 10));
            Assert.Null(page.Trimmed);
            offsets.AddRange(page.Events.Select(e => e.Offset));
            from = page.Next;
        }
        while (page.Events.Count > 0);

        Assert.Equal(Enumerable.Range(0, 25).Select(i => (long)i), offsets);
        Assert.Equal(25, page.Next);
    }

    [Fact]
    public async Task What_is_no_longer_kept_is_told()
    {
        await PublishAsync("t", 0, 1, 2);
        await AskHubAsync<TopicCleared>(new ClearTopic("t"));

        Assert.Equal((1L, 3L), (await AskHubAsync<HistoryPage>(new ReadHistory("t", StartFrom.Offset(1)))) switch { var p => (p.Trimmed!.From, p.Trimmed.To) });
        await PublishAsync("t", 3);
        var page = await AskHubAsync<HistoryPage>(new ReadHistory("t", StartFrom.Offset(1)));
        Assert.Equal((1L, 3L, 3L, 4L), (page.Trimmed!.From, page.Trimmed.To, page.Events.Single().Offset, page.Next));
        Assert.Null((await AskHubAsync<HistoryPage>(new ReadHistory("t"))).Trimmed);
    }

    [Fact]
    public async Task Above_the_head_and_in_a_topic_that_is_not_there_is_nothing()
    {
        await PublishAsync("t", 0);

        Assert.Equal((0, 100L), (await AskHubAsync<HistoryPage>(new ReadHistory("t", StartFrom.Offset(100)))) switch { var p => (p.Events.Count, p.Next) });
        Assert.Empty((await AskHubAsync<HistoryPage>(new ReadHistory("nowhere"))).Events);
        Assert.Equal(["t"], (await AskHubAsync<TopicList>(new ListTopics())).Topics.Select(t => t.Name));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        Assert.Contains("Most", (await AskHubAsync<HistoryRefused>(new ReadHistory("t", Most: 0))).Reason, StringComparison.Ordinal);
        Assert.Contains("Most", (await AskHubAsync<HistoryRefused>(new ReadHistory("t", Most: 1_001))).Reason, StringComparison.Ordinal);
        Assert.Contains("negative", (await AskHubAsync<HistoryRefused>(new ReadHistory("t", StartFrom.Offset(-1)))).Reason, StringComparison.Ordinal);
        Assert.Contains("empty", (await AskHubAsync<HistoryRefused>(new ReadHistory(""))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(250)]
    public async Task A_replay_meets_live_events_without_gap_or_repetition_while_they_are_published(long from)
    {
        await PublishAsync("t", Enumerable.Range(0, 500));
        var publishing = PublishMoreAsync(500, 1_500);
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Offset(from), Window: 50));

        for (var offset = from; offset < 1_500; offset++)
        {
            var delivery = await reader.ExpectMsgAsync<Delivery>(Patience);
            Assert.Equal(offset, delivery.Offset);
            delivery.Settle(delivery.Ack());
        }

        await publishing;
    }

    [Fact]
    public async Task A_replay_by_time_begins_with_the_first_event_that_is_not_older()
    {
        await PublishAsync("t", 0, 1);
        await MakeOldAsync();
        await PublishAsync("t", 2, 3);
        var third = (await AskHubAsync<HistoryPage>(new ReadHistory("t"))).Events[2];

        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Time(third.PublishedAt)));

        Assert.Equal(2, (await reader.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    [Fact]
    public async Task A_subscriber_above_the_head_waits_for_its_offset()
    {
        await PublishAsync("t", 0, 1);
        var reader = await SubscribeAsync(new Subscribe("t", From: StartFrom.Offset(4)));
        await PublishAsync("t", 2, 3, 4);

        Assert.Equal(4, (await reader.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    private async Task PublishMoreAsync(int from, int to)
    {
        for (var i = from; i < to; i += 10)
            await PublishAsync("t", Enumerable.Range(i, 10));
    }
}
