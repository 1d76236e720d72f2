using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Listening;

/// <summary>An open line of a node.</summary>
internal sealed class InMemoryWakeupLine(Memory memory, Guid node, bool keepsLock) : IWakeupLine
{
    private readonly List<TopicTail> _arrived = [];
    private TaskCompletionSource _heard = New();
    private bool _closed;

    public Guid Node => node;

    public bool KeepsLock => keepsLock;

    /// <summary>Takes hints; called under the store's lock.</summary>
    public void Hear(IReadOnlyList<TopicTail> tails)
    {
        _arrived.AddRange(tails);
        if (tails.Count > 0)
            _heard.TrySetResult();
    }

    public async Task<IReadOnlyList<TopicTail>> WaitAsync(TimeSpan patience, CancellationToken stop)
    {
        try
        {
            await (await memory.RunAsync(() => _heard.Task, stop)).WaitAsync(patience, memory.Clock, stop);
        }
        catch (TimeoutException)
        {
            // Nothing can be lost between a sender and a line of one process: silence needs no probe.
        }

        return await memory.RunAsync(Take);
    }

    public async ValueTask DisposeAsync() => await memory.RunAsync(() =>
    {
        _closed = true;
        memory.Lines.Remove(this);
        _heard.TrySetResult();
    });

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IReadOnlyList<TopicTail> Take()
    {
        if (_closed)
            throw new StoreException(FaultKind.Transient, "The line is closed.");
        TopicTail[] all = [.. _arrived];
        _arrived.Clear();
        _heard = New();
        return all;
    }
}
