using System.Collections.Concurrent;
using Npgsql;
using PgPubSub.Actors;
using PgPubSub.Actors.Handlers;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Fuzz.Tests.Rows;

/// <summary>A retry that somebody wrote by hand, or left claimed by a node that never was, ends like any other, and keeps nothing beside it from being handled.</summary>
public sealed class RetryRowsSpec
{
    private const string Topic = "rows";
    private const int Batch = 40, Events = 40;

    private const string Unended = """
        SELECT coalesce(string_agg(format('%s after %s attempts and %s deaths, due %s, held by %s, with event %s of type %s: %s', "offset", attempts, deaths, due_at, node, event_id, left(type, 50), left(why, 50)), '; '), '')
        FROM pgpubsub.retry WHERE node IS NOT NULL OR due_at <= clock_timestamp()
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Each_retry_that_is_due_ends_and_no_group_stalls()
    {
        await using var hub = await FuzzHub.StartAsync(inMemory: false, configure: options =>
        {
            options.TimeToLive = TimeSpan.FromSeconds(3);
            options.CleanupInterval = TimeSpan.FromSeconds(1); // which also looks for claims of nodes that never were
        });
        for (var i = 0; i < Events; i++)
            await hub.AskAsync<Published>(new Publish(Topic, new Number(i)));
        var (struck, beside) = (Handler(hub, "struck"), Handler(hub, "beside"));
        Assert.IsType<Flushed>(await hub.AskAsync(new Flush(Patience), typeof(Flushed), typeof(FlushIncomplete)));

        Fuzzing.Hold(RowShape.Retry.Batches(Batch), async batch =>
        {
            foreach (var row in batch)
                await WriteAsync(hub, row);
            var last = await hub.AskAsync<Published>(new Publish(Topic, new Number(1)));
            await struck.HandledAsync(last.Offset);
            await beside.HandledAsync(last.Offset);
            using var enough = new CancellationTokenSource(Patience);
            while (await hub.ReadAsync<string>(Unended) is { Length: > 0 } left)
            {
                Assert.False(enough.IsCancellationRequested, $"Not ended: {left}.");
                await Task.Delay(50);
            }

            await hub.RunAsync("DELETE FROM pgpubsub.retry"); // what is due in the far future
        }, usual: 3);
        await hub.IsWellAsync();
    }

    // What no claim could bear is refused by the table.
    private static async Task WriteAsync(FuzzHub hub, Row row)
    {
        try
        {
            await hub.RunAsync(row.Shape.Sql, row.Parameters);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
        {
            Assert.Contains(e.ConstraintName, new[] { "retry_offset_not_negative", "retry_attempts_bounded", "retry_deaths_bounded", "retry_event_whole" });
        }
    }

    private static Handled Handler(FuzzHub hub, string group)
    {
        var handled = new Handled();
        var terms = new HandlerOptions { Rules = GroupRules.Default with { Retry = new RetryRules(3, TimeSpan.Zero, 1, TimeSpan.Zero) }, From = StartFrom.Earliest, Concurrency = 8 }.Freeze(Topic, group);
        hub.System.ActorOf(HandlerActor.Props(hub.Hub, terms, HandlerRoutes.Every<Number>((_, delivery, _) =>
        {
            handled.Add(delivery.Offset);
            return delivery.Offset % 3 == 1 ? throw new InvalidOperationException("It is not wanted.") : Task.CompletedTask;
        })));
        return handled;
    }

    private sealed class Handled
    {
        private readonly ConcurrentDictionary<long, TaskCompletionSource> _handled = new();

        public void Add(long offset) => Of(offset).TrySetResult();

        public Task HandledAsync(long offset) => Of(offset).Task.WaitAsync(Patience);

        private TaskCompletionSource Of(long offset) => _handled.GetOrAdd(offset, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
