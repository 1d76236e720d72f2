using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Operations;

/// <summary>What operators do to topics, and reading their history.</summary>
internal sealed class TopicOperations(ILogStore log, ITopicStore topics, IPayloadSerializer serializer)
{
    private const int Most = 1_000;

    public async Task<object> AlterAsync(AlterTopic alter, CancellationToken stop)
    {
        OperationFailed.ThrowOn(NameRule.Problem("topic", alter.Topic) ?? (alter.Retention is null ? "The retention is null." : alter.Retention.Problems().FirstOrDefault()));
        var topic = await log.EnsureTopicAsync(alter.Topic, alter.Retention!, stop);
        await topics.AlterTopicAsync(topic.Id, alter.Retention!);
        return new TopicAltered(alter.Topic);
    }

    public async Task<object> ClearAsync(ClearTopic clear, CancellationToken stop) =>
        new TopicCleared(clear.Topic, await topics.ClearTopicAsync((await FindAsync(clear.Topic, stop)).Id, stop));

    public async Task<object> DropAsync(DropTopic drop, CancellationToken stop)
    {
        await topics.DropTopicAsync((await FindAsync(drop.Topic, stop)).Id, stop);
        return new TopicDropped(drop.Topic);
    }

    public async Task<object> ListAsync(ListTopics list, CancellationToken stop) => new TopicList(await topics.ListTopicsAsync(list.Topic, stop));

    public async Task<object> ReadAsync(ReadHistory read, CancellationToken stop)
    {
        OperationFailed.ThrowOn(
            NameRule.Problem("topic", read.Topic) ?? (read.From is StartFrom.AtOffset { Value: < 0 } ? "The offset to start from is negative." : null)
            ?? (read.Most is < 1 or > Most ? $"Most must be between 1 and {Most}." : null));
        var wanted = (read.From as StartFrom.AtOffset)?.Value;
        if (await log.FindTopicAsync(read.Topic, stop) is not { } topic)
            return new HistoryPage(read.Topic, [], wanted ?? 0, Trimmed: null);
        var from = wanted ?? await log.LocateAsync(topic.Id, read.From ?? StartFrom.Earliest, stop);
        var page = await log.ReadAsync(topic.Id, from, read.Most, PgPubSubSettings.PageBytes, stop);
        // A topic that was cleared, or whose events went while this was read, has nothing there: its floor says from where on.
        var begins = page.Count > 0 ? page[0].Offset : Math.Max(from, (await log.FindTopicAsync(read.Topic, stop) ?? topic).Floor);
        return new HistoryPage(
            read.Topic, [.. page.Select(stored => new TopicEvent(read.Topic, stored, serializer))], page.Count > 0 ? page[^1].Offset + 1 : begins,
            begins > from ? new HistoryTrimmed(read.Topic, null, from, begins) : null);
    }

    private async Task<TopicState> FindAsync(string name, CancellationToken stop)
    {
        OperationFailed.ThrowOn(NameRule.Problem("topic", name));
        return await log.FindTopicAsync(name, stop) ?? throw new OperationFailed("There is no such topic.");
    }
}
