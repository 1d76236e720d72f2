using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;

namespace PgPubSub.Actors.Tests.Handlers;

/// <summary>Callbacks that a handler registers with its token are the application's: they can't hold up the actor, nor bring it down.</summary>
public sealed class TokenSpec : HandlerSpec
{
    [Fact]
    public async Task A_callback_that_blocks_holds_up_nobody()
    {
        await PublishAsync("t", 0);
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var handled = Channel.CreateUnbounded<int>();
        Handle(new HandlerOptions { Rules = Impatient, Concurrency = 2 }, async (number, delivery, stop) =>
        {
            if (number.Value > 0)
            {
                handled.Writer.TryWrite(number.Value);
                return;
            }

            if (delivery.Attempt > 1)
                return;
            await using var blocking = stop.Register(() =>
            {
                entered.Set();
                release.Wait(Patience);
            });
            await Task.Run(() => entered.Wait(Patience));
        });
        await Task.Run(() => Assert.True(entered.Wait(Patience)));

        await PublishAsync("t", 1);
        using var patience = new CancellationTokenSource(Patience / 2);
        Assert.Equal(1, await handled.Reader.ReadAsync(patience.Token));
        release.Set();
    }

    [Fact]
    public async Task A_callback_that_fails_is_logged_by_its_type_and_the_handler_goes_on()
    {
        await PublishAsync("t", 0);
        var attempts = Channel.CreateUnbounded<int>();
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        var handler = Handle(new HandlerOptions { Rules = Impatient }, async (_, delivery, stop) =>
        {
            attempts.Writer.TryWrite(delivery.Attempt);
            stop.Register(() => throw new InvalidOperationException("secret"));
            if (delivery.Attempt < 3)
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        });

        using var patience = new CancellationTokenSource(Patience);
        for (var attempt = 1; attempt <= 3; attempt++)
            Assert.Equal(attempt, await attempts.Reader.ReadAsync(patience.Token));
        await UntilSettledAsync();
        Assert.Contains("callback of a handler's token failed: InvalidOperationException", (await FishForMessageAsync(m => m is Warning && !m.ToString()!.Contains("no cap on attempts", StringComparison.Ordinal), Patience)).ToString(), StringComparison.Ordinal);
        await WatchAsync(handler);
        Sys.Stop(handler);
        await FishForMessageAsync(m => m is LogEvent log ? NeverSecret(log) : m is Terminated, Patience);
    }

    [Fact]
    public async Task Nothing_that_a_handler_throws_reaches_the_log()
    {
        Sys.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Sys.EventStream.Subscribe(TestActor, typeof(LogEvent));
        await PublishAsync("t", 0, 1, 2);
        var handler = Handle(new HandlerOptions { Rules = Patient }, (number, delivery, _) =>
        {
            if (number.Value == 1)
                delivery.Settle(delivery.Ack());
            throw new InvalidOperationException("secret", new ArgumentException("secret"));
        });
        await UntilAsync($"SELECT (SELECT count(*) FROM {Schema}.retry) = 2 AND NOT EXISTS (SELECT FROM {Schema}.lease)");
        await WatchAsync(handler);
        Sys.Stop(handler);
        await FishForMessageAsync(m => m is LogEvent log ? NeverSecret(log) : m is Terminated, Patience);
    }

    private static bool NeverSecret(LogEvent log)
    {
        Assert.DoesNotContain("secret", log.ToString(), StringComparison.Ordinal);
        return false;
    }
}
