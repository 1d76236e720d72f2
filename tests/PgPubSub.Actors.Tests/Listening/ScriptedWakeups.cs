using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Listening;

/// <summary>The spec plays the database: it answers each line that is asked for.</summary>
internal sealed class ScriptedWakeups : IWakeupStore
{
    private readonly Calls<Guid, IWakeupLine?> _asked = new();

    /// <summary>Whether a line is asked for that has not been answered.</summary>
    public bool IsAsked => _asked.Waiting > 0;

    public async Task<ScriptedLine> OpenNextAsync()
    {
        var line = new ScriptedLine();
        (await _asked.NextAsync()).Answer(line);
        return line;
    }

    /// <summary>A pooler stands in between.</summary>
    public async Task DenyNextAsync() => (await _asked.NextAsync()).Answer(null);

    public async Task FailNextAsync(FaultKind kind = FaultKind.Transient) => (await _asked.NextAsync()).Fail(new StoreException(kind, "it is down"));

    public Task NotifyAsync(IReadOnlyList<TopicTail> tails) => Task.CompletedTask;

    public Task<IWakeupLine?> OpenAsync(Guid node, CancellationToken stop) => _asked.Add(node);
}

/// <summary>A line that is silent until the spec breaks it.</summary>
internal sealed class ScriptedLine : IWakeupLine
{
    private readonly TaskCompletionSource<IReadOnlyList<TopicTail>> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool KeepsLock => true;

    public void Break() => _end.SetException(new StoreException(FaultKind.Transient, "it broke"));

    public Task<IReadOnlyList<TopicTail>> WaitAsync(TimeSpan patience, CancellationToken stop) => _end.Task;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
