using System.Threading.Channels;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Tests.Listening;

/// <summary>The spec plays the database: it answers each line that is asked for.</summary>
internal sealed class ScriptedWakeups : IWakeupStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<TaskCompletionSource<IWakeupLine?>> _asked = Channel.CreateUnbounded<TaskCompletionSource<IWakeupLine?>>();

    /// <summary>Whether a line is asked for that has not been answered.</summary>
    public bool IsAsked => _asked.Reader.TryPeek(out _);

    public async Task<ScriptedLine> OpenNextAsync()
    {
        var line = new ScriptedLine();
        (await NextAsync()).SetResult(line);
        return line;
    }

    /// <summary>A pooler stands in between.</summary>
    public async Task DenyNextAsync() => (await NextAsync()).SetResult(null);

    public async Task FailNextAsync(FaultKind kind = FaultKind.Transient) => (await NextAsync()).SetException(new StoreException(kind, "it is down"));

    public Task NotifyAsync(IReadOnlyList<TopicTail> tails) => Task.CompletedTask;

    public Task<IWakeupLine?> OpenAsync(Guid node, CancellationToken stop)
    {
        var asked = new TaskCompletionSource<IWakeupLine?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.Writer.TryWrite(asked);
        return asked.Task;
    }

    private async Task<TaskCompletionSource<IWakeupLine?>> NextAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        return await _asked.Reader.ReadAsync(late.Token);
    }
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
