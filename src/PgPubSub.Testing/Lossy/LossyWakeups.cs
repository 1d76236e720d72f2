using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Lossy;

/// <summary>Lossy wake-ups: a hint that is not sent is sometimes told, and one that is sent may not be heard, or late, or twice.</summary>
internal sealed class LossyWakeups(IWakeupStore inner, LossyPlan plan) : IWakeupStore
{
    private readonly LossyCalls _calls = new(plan);

    public Task NotifyAsync(IReadOnlyList<TopicTail> tails) => _calls.ReadAsync(LossyCalls.Answered(() => inner.NotifyAsync(tails)), CancellationToken.None);

    // Lost is the way there and never the open line, which would be nobody's.
    public async Task<IWakeupLine?> OpenAsync(Guid node, CancellationToken stop)
    {
        await _calls.ReadAsync(static () => Task.FromResult(true), stop);
        return await inner.OpenAsync(node, stop) is { } line ? new LossyLine(line, plan) : null;
    }
}
