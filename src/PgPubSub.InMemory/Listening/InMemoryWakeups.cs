using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Listening;

/// <summary>Wake-ups in memory: a hint is with every line as soon as it is sent.</summary>
internal sealed class InMemoryWakeups(Memory memory) : IWakeupStore
{
    public Task NotifyAsync(IReadOnlyList<TopicTail> tails) => memory.RunAsync(() => memory.Lines.ForEach(line => line.Hear(tails)));

    public Task<IWakeupLine?> OpenAsync(Guid node, CancellationToken stop) => memory.RunAsync<IWakeupLine?>(
        () =>
        {
            var line = new InMemoryWakeupLine(memory, node, keepsLock: !memory.Lines.Exists(other => other.Node == node && other.KeepsLock));
            memory.Lines.Add(line);
            return line;
        },
        stop);
}
