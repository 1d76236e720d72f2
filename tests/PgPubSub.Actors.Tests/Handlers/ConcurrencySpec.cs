using System.Threading.Channels;
using Akka.Actor;
using PgPubSub.Actors.Handlers;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Handlers;

public sealed class ConcurrencySpec : HubSpec
{
    [Fact]
    public async Task A_handler_that_outlives_its_deadline_keeps_its_place()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var revoked = Channel.CreateUnbounded<long>();
        int running = 0, most = 0;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new HandlerOptions { Rules = new GroupRules(TimeSpan.FromMilliseconds(200), new RetryRules(0, TimeSpan.Zero, 1, TimeSpan.Zero)) };
        Sys.ActorOf(HandlerActor.Props(Hub, options.Freeze("t", "g"), HandlerRoutes.Every<Number>(async (_, delivery, ct) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await using var told = ct.Register(() => revoked.Writer.TryWrite(delivery.Offset));
            await release.Task; // deaf to its token
            Interlocked.Decrement(ref running);
        })));

        using var patience = new CancellationTokenSource(Patience);
        await revoked.Reader.ReadAsync(patience.Token);
        await UntilAsync($"SELECT EXISTS (SELECT FROM {Schema}.retry WHERE attempts >= 2)"); // another one has met its deadline meanwhile
        Assert.Equal(1, most);
        release.SetResult();
    }

    [Fact]
    public async Task A_retry_that_is_due_at_once_does_not_wait_for_the_backlog()
    {
        const int backlog = 3_000, failing = 300;
        await PublishAsync("t", Enumerable.Range(0, backlog));
        var handled = 0;
        var between = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var failedAt = 0;
        var options = new HandlerOptions { Concurrency = 4, Rules = new GroupRules(TimeSpan.FromSeconds(30), new RetryRules(5, TimeSpan.Zero, 1, TimeSpan.Zero)) };
        Sys.ActorOf(HandlerActor.Props(Hub, options.Freeze("t", "g"), HandlerRoutes.Every<Number>(async (_, delivery, ct) =>
        {
            var n = Interlocked.Increment(ref handled);
            await Task.Delay(5, ct); // work
            if (delivery.Offset != failing)
                return;
            if (delivery.Attempt > 1)
            {
                between.SetResult(n - failedAt);
                return;
            }

            failedAt = n;
            throw new InvalidOperationException("the first time");
        })));

        Assert.InRange(await between.Task.WaitAsync(TimeSpan.FromSeconds(40)), 1, backlog / 10);
    }
}
