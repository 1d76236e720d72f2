using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Topics;

/// <summary>What an operator and retention do to topics in memory.</summary>
internal sealed class InMemoryTopics(Memory memory) : ITopicStore
{
    public Task<IReadOnlyList<TopicStatus>> ListTopicsAsync(string? name, CancellationToken stop) => memory.RunAsync<IReadOnlyList<TopicStatus>>(
        () => [.. memory.Topics.Values.Where(topic => name is null || topic.Name == name).Select(topic => topic.Status)], stop);

    public Task AlterTopicAsync(TopicId topic, Retention retention) => memory.RunAsync(() => { memory.Topic(topic).Retention = retention; });

    public Task<long> ClearTopicAsync(TopicId topic, CancellationToken stop) => memory.RunAsync(
        () =>
        {
            var row = memory.Topic(topic);
            Trim.Clear(row);
            return row.Log.Floor;
        },
        stop);

    public Task DropTopicAsync(TopicId topic, CancellationToken stop) => memory.RunAsync(
        () =>
        {
            var row = memory.Topic(topic);
            memory.Topics.Remove(row.Name);
            memory.TopicsById.Remove(topic);
        },
        stop);

    public Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop) => memory.RunAsync(() => Trim.Run(memory.Topic(topic), memory.Now), stop);

    public Task<int> SweepAsync(CancellationToken stop) => memory.RunAsync(() => 0, stop);
}
