using System.Reflection;
using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Actors.HealthChecks;
using PgPubSub.Core.Stores;

namespace PgPubSub.Actors.Tests.HealthChecks;

/// <summary>How often an instance is looked at.</summary>
public sealed class ProbeSpec : HubSpec
{
    private readonly HandClock _clock = new();
    private readonly Counter _counter = new();

    protected override bool InMemory => true;

    [Fact]
    public async Task Checks_that_come_together_or_within_a_second_share_one_look()
    {
        var probe = new HealthProbe(PgPubSubHub.DefaultInstance, new PgPubSubHealthOptions(), _clock);
        var together = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => probe.LookAsync(Sys, CancellationToken.None)));
        Assert.Single(together.Distinct());
        Assert.Equal(1, _counter.Calls);

        _clock.Advance(TimeSpan.FromSeconds(0.999));
        Assert.Same(together[0], await probe.LookAsync(Sys, CancellationToken.None));
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.NotSame(together[0], await probe.LookAsync(Sys, CancellationToken.None));
        Assert.Equal(2, _counter.Calls);
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_the_look_from_nobody_else()
    {
        var held = new TaskCompletionSource();
        _counter.Before = held.Task;
        var probe = new HealthProbe(PgPubSubHub.DefaultInstance, new PgPubSubHealthOptions(), TimeProvider.System);
        using var given = new CancellationTokenSource();
        var (first, second) = (probe.LookAsync(Sys, given.Token), probe.LookAsync(Sys, CancellationToken.None));

        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        held.SetResult();

        Assert.Null((await second).Problem);
        Assert.Equal(1, _counter.Calls);
    }

    [Fact]
    public async Task A_store_that_never_answers_is_told_when_the_time_is_over()
    {
        _counter.Before = new TaskCompletionSource().Task;
        var probe = new HealthProbe(PgPubSubHub.DefaultInstance, new PgPubSubHealthOptions { Timeout = TimeSpan.FromMilliseconds(200) }, TimeProvider.System);
        var check = new AspectCheck(Aspect.All[4], probe, Sys);

        var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("x", check, HealthStatus.Unhealthy, null) });

        Assert.Equal((HealthStatus.Unhealthy, "The instance did not answer within 0.2 s."), (result.Status, result.Description));
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.Decorate = stores => stores with { Subscriptions = Counted.Over(stores.Subscriptions, _counter) };
        return options;
    }

    private sealed class Counter
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public Task Before { get; set; } = Task.CompletedTask;

        public void Count() => Interlocked.Increment(ref _calls);
    }

    // Passes everything on, and counts what is measured.
    private class Counted : DispatchProxy
    {
        private ISubscriptionStore _inner = null!;
        private Counter _counter = null!;

        public static ISubscriptionStore Over(ISubscriptionStore inner, Counter counter)
        {
            var proxy = Create<ISubscriptionStore, Counted>();
            ((Counted)(object)proxy)._inner = inner;
            ((Counted)(object)proxy)._counter = counter;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(ISubscriptionStore.MeasureAsync))
                return targetMethod.Invoke(_inner, args);
            _counter.Count();
            return MeasureAsync((IReadOnlyList<Core.Subscriptions.GroupKey>)args![0]!, (CancellationToken)args[1]!);
        }

        private async Task<IReadOnlyList<Core.Subscriptions.GroupMeasure>> MeasureAsync(IReadOnlyList<Core.Subscriptions.GroupKey> groups, CancellationToken stop)
        {
            await _counter.Before.WaitAsync(stop);
            return await _inner.MeasureAsync(groups, stop);
        }
    }
}
