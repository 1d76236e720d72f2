using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Log;

/// <summary>An append and whoever waits for what becomes of it.</summary>
internal sealed class PendingAppend(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
{
    private readonly TaskCompletionSource<AppendOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TopicId Topic => topic;

    public long KnownTail => knownTail;

    public IReadOnlyList<NewEvent> Events => events;

    public long Bytes { get; } = BytesOf(events);

    public Task<AppendOutcome> Outcome => _outcome.Task;

    public void Succeed(long? first) => _outcome.TrySetResult(new AppendOutcome(first));

    public void Fail(Exception why) => _outcome.TrySetException(why);

    private static long BytesOf(IReadOnlyList<NewEvent> events)
    {
        var bytes = 0L;
        for (var i = 0; i < events.Count; i++)
            bytes += events[i].Size;
        return bytes;
    }
}
