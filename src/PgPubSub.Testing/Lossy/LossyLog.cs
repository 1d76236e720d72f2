using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Lossy;

/// <summary>A lossy log. A batch that is sent again is there once, however late.</summary>
internal sealed class LossyLog(ILogStore inner, LossyCalls calls) : ILogStore
{
    public Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) =>
        calls.WriteAsync(() => inner.EnsureTopicAsync(name, forNew, stop), Repeat.AnsweredLast, stop: stop);

    public Task<TopicState?> FindTopicAsync(string name, CancellationToken stop) => calls.ReadAsync(() => inner.FindTopicAsync(name, stop), stop);

    public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) =>
        calls.WriteAsync(() => inner.AppendAsync(topic, knownTail, events), Repeat.AnsweredLast, late: true);

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) =>
        calls.ReadAsync(() => inner.ReadAsync(topic, from, most, bytes, stop), stop);

    public Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) =>
        calls.WriteAsync(() => inner.LocateAsync(topic, from, stop), Repeat.AnsweredLast, stop: stop);
}
