using System.Threading.Channels;
using PgPubSub.Cli.Top;
using PgPubSub.Core.Faults;
using static PgPubSub.Cli.Tests.Top.Sample;

namespace PgPubSub.Cli.Tests.Top;

public sealed class LiveSpec
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    private readonly Shown _shown = new();
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task A_look_that_fails_leaves_what_was_seen_and_the_next_goes_on_from_there()
    {
        var looks = new Queue<Func<Look>>([() => Look(0, Topic("orders", 10)), () => throw Away(), () => throw Away(), () => Look(4, Topic("orders", 30))]);
        var running = Start(_ => Task.Run(looks.Dequeue()), most: 4).RunAsync(_stop.Token);

        var (first, failed, _, back) = (await _shown.NextAsync(), await _shown.NextAsync(), await _shown.NextAsync(), await _shown.NextAsync());

        Assert.Equal(0, await running);
        Assert.Null(first.Trouble);
        Assert.Equal("away", failed.Trouble);
        Assert.Same(first.Board, failed.Board);
        Assert.Null(back.Trouble);
        Assert.Equal(5, Assert.Single(back.Board.Topics).Published);
    }

    [Fact]
    public async Task Looks_that_are_counted_end_as_the_last_of_them()
    {
        var looks = new Queue<Func<Look>>([() => Look(0, Topic("orders")), () => throw Away()]);

        Assert.Equal(33, await Start(_ => Task.Run(looks.Dequeue()), most: 2).RunAsync(_stop.Token));
    }

    [Fact]
    public async Task A_first_look_that_fails_is_the_verb_s_own_failure()
    {
        await Assert.ThrowsAsync<StoreException>(() => Start(_ => Task.FromException<Look>(Away())).RunAsync(_stop.Token));
    }

    [Fact]
    public async Task It_ends_at_once_though_a_look_hangs()
    {
        var (hangs, quit) = (new TaskCompletionSource<Look>(), Start(_ => new TaskCompletionSource<Look>().Task));
        var running = quit.RunAsync(_stop.Token);
        quit.Quit();
        Assert.Equal(0, await running);

        using var interrupt = new CancellationTokenSource();
        running = Start(_ => hangs.Task).RunAsync(interrupt.Token);
        await interrupt.CancelAsync();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task A_look_that_hangs_is_told_and_no_other_is_begun_beside_it()
    {
        var (clock, looks, hangs) = (new Jump(), 0, new TaskCompletionSource<Look>());
        var live = Start(_ => ++looks == 1 ? Task.FromResult(Look(0, Topic("orders"))) : hangs.Task, clock: clock);
        var running = live.RunAsync(_stop.Token);
        Assert.Null((await _shown.NextAsync()).Trouble);
        clock.By(TimeSpan.FromSeconds(9));

        Sight told;
        do
            clock.By(TimeSpan.FromSeconds(3));
        while ((told = await _shown.NextAsync()).Trouble is null);

        Assert.Equal("PostgreSQL has not answered yet.", told.Trouble);
        Assert.True(told.Age >= TimeSpan.FromSeconds(9));
        Assert.Equal(2, looks);
        hangs.SetResult(Look(1, Topic("orders")));
        while ((await _shown.NextAsync()).Trouble is not null)
        {
            // It was told more than once.
        }

        live.Quit();
        Assert.Equal(0, await running);
    }

    [Fact]
    public async Task Another_size_shows_again_what_was_seen()
    {
        var live = Start(_ => Task.FromResult(Look(0, Topic("orders"))), interval: TimeSpan.FromHours(1));
        var running = live.RunAsync(_stop.Token);
        var seen = await _shown.NextAsync();

        live.Refresh();

        Assert.Same(seen.Board, (await _shown.NextAsync()).Board);
        live.Quit();
        Assert.Equal(0, await running);
    }

    private static StoreException Away() => new(FaultKind.Transient, "away");

    private Live Start(Func<CancellationToken, Task<Look>> look, long? most = null, TimeSpan? interval = null, TimeProvider? clock = null) =>
        new(look, e => Task.FromResult((33, e.Message)), _shown, interval ?? Short, most, clock ?? TimeProvider.System);

    private sealed class Shown : IDisplay
    {
        private readonly Channel<Sight> _sights = Channel.CreateUnbounded<Sight>();

        public void Show(Sight sight) => _sights.Writer.TryWrite(sight);

        public void Refresh(Sight sight) => _sights.Writer.TryWrite(sight);

        public async Task<Sight> NextAsync() => await _sights.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>A clock that also jumps.</summary>
    private sealed class Jump : TimeProvider
    {
        private long _by;

        public void By(TimeSpan time) => Interlocked.Add(ref _by, (long)(time.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _by);
    }
}
