using System.Collections.Concurrent;
using Akka.Actor;
using FsCheck;
using FsCheck.Fluent;
using PgPubSub.Actors;
using PgPubSub.Actors.Handlers;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Fuzz.Tests.Rows;

/// <summary>What somebody wrote into the log by hand is handled or becomes a dead letter, and keeps nothing behind it from being handled.</summary>
public sealed class EventRowsSpec
{
    private const string Topic = "rows";
    private const int Batch = 20;

    [Fact]
    public async Task Each_event_is_handled_or_dead_and_no_group_stalls()
    {
        await using var hub = await FuzzHub.StartAsync(inMemory: false);
        await hub.AskAsync<Published>(new Publish(Topic, new Number(0)));
        var handled = new ConcurrentDictionary<long, bool>();
        var rules = GroupRules.Default with { Retry = new RetryRules(2, TimeSpan.Zero, 1, TimeSpan.Zero) };
        Start(hub, "all", rules, handled);
        Start(hub, "filtered", rules with { Filter = EventFilter.OfHeader("h", "v") }, new());
        hub.System.ActorOf(Props.Create(() => new ReaderActor(hub.Hub, rules)));
        var rows = Fuzzing.Choices(Row.Pools).Generator.Select(choices => new Row(choices)).ArrayOf(Batch);

        Fuzzing.Hold(Arb.From(rows, Shrunk), async batch =>
        {
            foreach (var row in batch)
                await hub.RunAsync(Row.Sql, row.Parameters);
            var last = await hub.AskAsync<Published>(new Publish(Topic, new Number(1)));
            Assert.IsType<Flushed>(await hub.AskAsync(new Flush(TimeSpan.FromSeconds(10)), typeof(Flushed), typeof(FlushIncomplete)));
            var dead = (await hub.AskAsync<DeadLetterPage>(new ListDeadLetters(Topic, new DeadLettersWhere("all"), Most: 1_000))).DeadLetters;
            Assert.All(dead, letter => Assert.StartsWith("The event can't be read as ", letter.Reason, StringComparison.Ordinal));
            for (var offset = last.Offset - batch.Length; offset <= last.Offset; offset++)
                Assert.True(handled.ContainsKey(offset) != dead.Any(letter => letter.Event.Offset == offset), $"The event at {offset} was not handled, or is dead all the same.");
            await hub.AskAsync<DeadLettersPurged>(new PurgeDeadLetters(Topic));
            for (var next = last.Offset - batch.Length; next <= last.Offset;)
            {
                var page = await hub.AskAsync<HistoryPage>(new ReadHistory(Topic, StartFrom.Offset(next)));
                Assert.Equal(Enumerable.Range(0, page.Events.Count).Select(i => next + i), page.Events.Select(e => e.Offset));
                Assert.NotEqual(next, next = page.Next);
            }
        }, usual: 200 / Batch);
        await hub.IsWellAsync();
    }

    private static IEnumerable<Row[]> Shrunk(Row[] batch)
    {
        for (var i = 0; i < batch.Length && batch.Length > 1; i++)
            yield return [batch[i]];
        if (batch is [var row])
        {
            foreach (var simpler in Fuzzing.Choices(Row.Pools).Shrinker(row.Choices))
                yield return [new Row(simpler)];
        }
    }

    private static void Start(FuzzHub hub, string group, GroupRules rules, ConcurrentDictionary<long, bool> handled)
    {
        var terms = new HandlerOptions { Rules = rules, Concurrency = 8 }.Freeze(Topic, group);
        hub.System.ActorOf(HandlerActor.Props(hub.Hub, terms, HandlerRoutes.Every<Number>((_, delivery, _) =>
        {
            handled[delivery.Offset + (0 * delivery.Headers.Count)] = true;
            return Task.CompletedTask;
        })));
    }

    // A private subscriber that looks at everything and acks it.
    private sealed class ReaderActor : ReceiveActor
    {
        public ReaderActor(IActorRef hub, GroupRules rules)
        {
            Receive<Delivery>(m => Sender.Tell(m.Ack()));
            ReceiveAny(_ => { });
            hub.Tell(new Subscribe(Topic, null, StartFrom.Earliest, Rules: rules with { Filter = EventFilter.OfHeader("h", "v") }), Self);
        }
    }
}
