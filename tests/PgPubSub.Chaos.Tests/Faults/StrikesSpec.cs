using System.Diagnostics;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Tests.Faults;

/// <summary>How long a fault strikes does not hang on how busy the machine is.</summary>
public sealed class StrikesSpec
{
    private readonly SlowFault _fault = new();

    [Fact]
    public async Task It_strikes_on_until_it_has_struck()
    {
        var strike = _fault.StrikeForAsync(null!, TimeSpan.Zero);
        await _fault.Striking;

        Assert.False(strike.IsCompleted);
        _fault.HasStruck = true;
        await strike;
    }

    [Fact]
    public async Task It_strikes_on_until_somebody_has_met_it()
    {
        var met = new TaskCompletionSource();
        _fault.HasStruck = true;
        var strike = _fault.StrikeForAsync(null!, TimeSpan.Zero, met.Task);
        await _fault.Striking;

        Assert.False(strike.IsCompleted);
        met.SetResult();
        await strike;
    }

    [Fact]
    public async Task It_strikes_for_the_least_time_where_it_struck_at_once()
    {
        var least = TimeSpan.FromMilliseconds(300);
        _fault.HasStruck = true;
        var began = Stopwatch.GetTimestamp();
        await _fault.StrikeForAsync(null!, least);

        Assert.True(Stopwatch.GetElapsedTime(began) >= least - TimeSpan.FromMilliseconds(50), "it ended early");
    }

    [Fact]
    public async Task One_that_breaks_breaks_the_scenario()
    {
        _fault.Broken = new InvalidOperationException("broken");

        Assert.Same(_fault.Broken, await Assert.ThrowsAsync<InvalidOperationException>(() => _fault.StrikeForAsync(null!, TimeSpan.FromMinutes(1))));
    }

    // Disturbs nothing, until it is told to end.
    private sealed class SlowFault : IFault
    {
        private readonly TaskCompletionSource _striking = new();

        public string Name => "slow";

        public string About => "nothing";

        public bool HasStruck { get; set; }

        public Exception? Broken { get; set; }

        public Task Striking => _striking.Task;

        public async Task StrikeAsync(Scene scene, CancellationToken end)
        {
            if (Broken is not null)
                throw Broken;
            _striking.SetResult();
            await Task.Delay(Timeout.Infinite, end).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        public string Proof() => "";
    }
}
