using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;
using static PgPubSub.Testing.Conformance.Bench;

namespace PgPubSub.Testing.Conformance.Checks;

/// <summary>R2: an event that was confirmed is never lost before retention may take it, and is in the log once.</summary>
internal static class AppendOnceChecks
{
    public static StoreCheck[] All { get; } =
    [
        new("R2", "A batch that is sent again gets the same offsets and is there once", AgainAsync),
        new("R2", "A batch that is sent many times at once is there once", TwinsAsync),
        new("R2", "Zombies of many batches arrive in any order among the others, and each batch is there once", ZombiesAsync),
        new("R2", "A batch is found where the known tail is its own place", OwnPlaceAsync),
        new("R2", "A batch that is sent again with other events is refused, and nothing is written", OtherEventsAsync),
        new("R2", "Where the floor has passed the known tail nothing is guessed and nothing is written", PastTheFloorAsync),
        new("R2", "A known tail that is ahead of the log is of a history that was lost, and nothing is written", RewoundAsync),
    ];

    private static async Task AgainAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.AppendAsync(topic, 2);
        var batch = Events(3);
        var first = await bench.Store.Log.AppendAsync(topic, 2, batch);
        await bench.AppendAsync(topic, 4);

        for (var i = 0; i < 3; i++)
            Expect.Same(first, await bench.Store.Log.AppendAsync(topic, 2, batch), "The answer to a batch that is there");
        Expect.Same(9, (await bench.StateAsync(topic)).Tail, "The tail");
    }

    private static async Task TwinsAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        for (var known = 0; known < 30; known += 3)
        {
            var batch = Events(3);
            var outcomes = await ManyAsync(6, _ => bench.Store.Log.AppendAsync(topic, known, batch));
            Expect.SameList(Enumerable.Repeat(new AppendOutcome(known), 6), outcomes, "The answers to one batch");
        }

        Expect.Same(30, (await bench.StateAsync(topic)).Tail, "The tail");
    }

    private static async Task ZombiesAsync(Bench bench)
    {
        const int batches = 20, size = 3, sends = 3;
        var topic = await bench.TopicAsync();
        await bench.AppendAsync(topic, 1);
        var sent = Enumerable.Range(0, batches).Select(_ => Events(size)).ToList();

        var outcomes = await ManyAsync(sends, async turn =>
        {
            // Each sender goes through all batches in another order, so that every batch meets its twin before and after others.
            var firsts = new long?[batches];
            for (var i = 0; i < batches; i++)
            {
                var one = turn == 0 ? i : turn == 1 ? batches - 1 - i : (i * 7) % batches;
                firsts[one] = (await bench.Store.Log.AppendAsync(topic, 1, sent[one])).First;
            }

            return firsts;
        });

        var stored = await bench.ReadAsync(topic);
        Expect.Same(1 + (batches * size), stored.Count, "Events in the log");
        for (var i = 0; i < batches; i++)
        {
            Expect.SameList(Enumerable.Repeat(outcomes[0][i], sends), outcomes.Select(o => o[i]), "The answers to one batch");
            Expect.SameList(sent[i].Select(e => e.Id), stored.Skip((int)outcomes[0][i]!.Value).Take(size).Select(e => e.Id), "A batch where it was confirmed");
        }
    }

    private static async Task OwnPlaceAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.AppendAsync(topic, 4);
        var batch = Events(2);
        await bench.Store.Log.AppendAsync(topic, 4, batch);

        Expect.Same(new AppendOutcome(4), await bench.Store.Log.AppendAsync(topic, 4, batch), "The answer to a batch that is there");
    }

    private static async Task OtherEventsAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        var batch = Events(2);
        await bench.Store.Log.AppendAsync(topic, 0, batch);
        await bench.AppendAsync(topic, 1);

        foreach (NewEvent[] other in new[] { [batch[0], Event("0")], batch.Append(Event("0")).ToArray() })
            await Expect.FaultAsync(FaultKind.Refused, () => bench.Store.Log.AppendAsync(topic, 0, other), "A batch that begins like another and ends otherwise");
        Expect.Same(3, (await bench.StateAsync(topic)).Tail, "The tail");
    }

    private static async Task PastTheFloorAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        var batch = Events(2);
        await bench.Store.Log.AppendAsync(topic, 0, batch);
        await bench.Store.Topics.ClearTopicAsync(topic, bench.Stop);

        Expect.Same(new AppendOutcome(null), await bench.Store.Log.AppendAsync(topic, 0, batch), "The answer to a batch that may have been trimmed");
        await bench.AppendAsync(topic, 2);
        Expect.Same(new AppendOutcome(null), await bench.Store.Log.AppendAsync(topic, 1, batch), "The answer to a batch that may have been trimmed");
        Expect.SameList([2L, 3L], await bench.OffsetsAsync(topic), "Offsets in the log");
    }

    private static async Task RewoundAsync(Bench bench)
    {
        var topic = await bench.TopicAsync();
        await bench.AppendAsync(topic, 3);

        Expect.Same(new AppendOutcome(null), await bench.Store.Log.AppendAsync(topic, 4, Events(1)), "The answer to a batch whose known tail is ahead of the log");
        Expect.Same(3, (await bench.StateAsync(topic)).Tail, "The tail");
    }
}
