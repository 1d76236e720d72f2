using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory;
using PgPubSub.Testing.Lossy;

namespace PgPubSub.Testing.Tests.Lossy;

/// <summary>Hints that are lost, repeated, and lines that break.</summary>
public sealed class LossyLineSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Guid Node = Guid.NewGuid();
    private static readonly TopicTail Hint = new(new TopicId(1), 5);

    private readonly InMemoryStore _store = new();

    [Theory]
    [InlineData(Loss.RequestLost, 0, 0)]
    [InlineData(Loss.Delayed, 1, 0)]
    [InlineData(Loss.Repeated, 1, 1)]
    public async Task A_hint_is_lost_late_or_told_twice(Loss loss, int once, int again)
    {
        var plan = new LossyPlan(1, new LossRates
        {
            RequestLost = loss is Loss.RequestLost ? 1 : 0, Delayed = loss is Loss.Delayed ? 1 : 0, Repeated = loss is Loss.Repeated ? 1 : 0,
        });
        await using var line = await OpenAsync(plan);
        await _store.Wakeups.NotifyAsync([Hint]);

        Assert.Equal(once, (await line.WaitAsync(Patience, default)).Count);
        Assert.Equal(1, plan.Count(loss, nameof(IWakeupLine.WaitAsync)));
        await plan.CalmAsync();
        Assert.Equal(again, (await line.WaitAsync(TimeSpan.Zero, default)).Count);
    }

    [Fact]
    public async Task A_line_that_breaks_lets_go_of_the_presence_lock()
    {
        var plan = new LossyPlan(1, LossRates.None);
        await using var line = await OpenAsync(plan);
        Assert.True(line.KeepsLock);
        await _store.Wakeups.NotifyAsync([Hint]);
        plan.Rage(new LossRates { Unsent = 1 });

        Assert.Equal(FaultKind.Transient, (await Assert.ThrowsAsync<StoreException>(() => line.WaitAsync(Patience, default))).Kind);

        await using var next = (await _store.Wakeups.OpenAsync(Node, default))!;
        Assert.True(next.KeepsLock);
        await Assert.ThrowsAsync<StoreException>(() => line.WaitAsync(Patience, default));
    }

    [Fact]
    public async Task An_outage_breaks_a_line_that_waits_and_a_new_one_is_to_be_had_after_it()
    {
        var plan = new LossyPlan(1, LossRates.None);
        await using var line = await OpenAsync(plan);
        var wait = line.WaitAsync(Patience, default);

        plan.BeginOutage();
        Assert.Equal(FaultKind.Transient, (await Assert.ThrowsAsync<StoreException>(() => wait)).Kind);
        await Assert.ThrowsAsync<StoreException>(() => OpenAsync(plan));

        plan.EndOutage();
        await using var next = await OpenAsync(plan);
        await plan.Over(_store.Wakeups).NotifyAsync([Hint]);
        Assert.Equal([Hint], await next.WaitAsync(Patience, default));
    }

    private async Task<IWakeupLine> OpenAsync(LossyPlan plan) => (await plan.Over(_store.Wakeups).OpenAsync(Node, default))!;
}
