using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Lossy;

/// <summary>Lossy topics. What an operator asks for may be done twice in a row, but not after what he asks for next.</summary>
internal sealed class LossyTopics(ITopicStore inner, LossyCalls calls) : ITopicStore
{
    public Task<IReadOnlyList<TopicStatus>> ListTopicsAsync(string? name, CancellationToken stop) => calls.ReadAsync(() => inner.ListTopicsAsync(name, stop), stop);

    public Task AlterTopicAsync(TopicId topic, Retention retention) => calls.WriteAsync(() => inner.AlterTopicAsync(topic, retention), Repeat.AnsweredLast);

    public Task<long> ClearTopicAsync(TopicId topic, CancellationToken stop) => calls.WriteAsync(() => inner.ClearTopicAsync(topic, stop), Repeat.AnsweredLast, stop: stop);

    public Task DropTopicAsync(TopicId topic, CancellationToken stop) => calls.WriteAsync(() => inner.DropTopicAsync(topic, stop), Repeat.AnsweredFirst, stop: stop);

    public Task<TrimResult> TrimAsync(TopicId topic, CancellationToken stop) => calls.WriteAsync(() => inner.TrimAsync(topic, stop), Repeat.AnsweredFirst, stop: stop);

    public Task<int> SweepAsync(CancellationToken stop) => calls.WriteAsync(() => inner.SweepAsync(stop), Repeat.AnsweredFirst, stop: stop);
}
