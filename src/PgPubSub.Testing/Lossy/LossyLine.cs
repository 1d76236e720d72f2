using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Testing.Lossy;

/// <summary>A line that breaks now and then, and loses, delays and repeats what is heard on it.</summary>
internal sealed class LossyLine : IWakeupLine
{
    private static readonly Loss[] OfHints = [Loss.Unsent, Loss.RequestLost, Loss.Delayed, Loss.Repeated];

    private readonly IWakeupLine _inner;
    private readonly LossyPlan _plan;
    private readonly CancellationTokenSource _broken = new();
    private readonly CancellationTokenRegistration _outage;
    private IReadOnlyList<TopicTail> _again = [];
    private int _closed;

    public LossyLine(IWakeupLine inner, LossyPlan plan)
    {
        (_inner, _plan) = (inner, plan);
        _outage = plan.Outage.Register(() => _ = BreakAsync());
    }

    public bool KeepsLock => _inner.KeepsLock;

    public async Task<IReadOnlyList<TopicTail>> WaitAsync(TimeSpan patience, CancellationToken stop)
    {
        if (_again is [_, ..] again)
        {
            _again = [];
            return again;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _broken.Token);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            return await HearAsync(await _inner.WaitAsync(patience, either.Token), either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw LossyCalls.Lost(FaultKind.Transient);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 1)
            return;
        await _outage.DisposeAsync();
        await _inner.DisposeAsync();
    }

    private async Task<IReadOnlyList<TopicTail>> HearAsync(IReadOnlyList<TopicTail> tails, CancellationToken broken)
    {
        var fate = _plan.Draw(nameof(WaitAsync), OfHints);
        switch (fate.Loss)
        {
            case Loss.Unsent:
                await BreakAsync();
                throw LossyCalls.Lost(FaultKind.Transient);
            case Loss.RequestLost:
                return [];
            case Loss.Delayed:
                await _plan.PauseAsync(fate.Delay, broken);
                return tails;
            case Loss.Repeated:
                return _again = tails;
            default:
                return tails;
        }
    }

    // The server sees the connection end, and the presence lock goes with it, whatever the listener does.
    private async Task BreakAsync()
    {
        await Task.Run(_broken.Cancel);
        await DisposeAsync();
    }
}
