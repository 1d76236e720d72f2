using System.Collections.Concurrent;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Tests.Groups;

public sealed class GroupByKeyPostgresSpec : GroupByKeySpec;

public sealed class GroupByKeyInMemorySpec : GroupByKeySpec
{
    protected override bool InMemory => true;
}

/// <summary>Events of one key one after the other, of different keys at once.</summary>
public abstract class GroupByKeySpec : StreamSpec
{
    [Fact]
    public async Task The_next_of_a_key_comes_after_the_one_before_was_answered_and_others_go_on()
    {
        await PublishAsync("a", "a", "b", "a", "c", "b");
        var (_, probe) = Run(PgPubSubSource.GroupByKey(Sys, "t", "g", parallelism: 3));
        await probe.RequestAsync(10);

        var (a, b, c) = (await NextAsync(probe, 0), await NextAsync(probe, 2), await NextAsync(probe, 4));
        await probe.ExpectNoMsgAsync(Quiet);
        b.Ack();
        (await NextAsync(probe, 5)).Nack("no", TimeSpan.FromMinutes(1));
        await probe.ExpectNoMsgAsync(Quiet);
        a.DeadLetter("no");
        (await NextAsync(probe, 1)).Ack();
        (await NextAsync(probe, 3)).Ack();
        c.Ack();

        await UntilGroupAsync("t", "g", group => group is { InFlight: 0, Retrying: 1, Dead: 1 });
    }

    [Fact]
    public async Task No_more_are_out_than_the_parallelism_whatever_their_keys()
    {
        await PublishAsync("a", "b", null, null, "c");
        var (_, probe) = Run(PgPubSubSource.GroupByKey(Sys, "t", "g", parallelism: 2));
        await probe.RequestAsync(10);

        var (a, b) = (await NextAsync(probe, 0), await NextAsync(probe, 1));
        await probe.ExpectNoMsgAsync(Quiet);
        a.Ack();
        var none = await NextAsync(probe, 2);
        b.Ack();
        await NextAsync(probe, 3);
        none.Ack();
        await NextAsync(probe, 4);
    }

    [Fact]
    public async Task A_slow_key_holds_others_up_only_when_it_fills_the_window()
    {
        await PublishAsync("slow", "slow", "slow", "quick", "quick");
        var (_, probe) = Run(PgPubSubSource.GroupByKey(Sys, "t", "g", parallelism: 2, new() { Window = 4 }));
        await probe.RequestAsync(10);

        var slow = await NextAsync(probe, 0);
        (await NextAsync(probe, 3)).Ack();
        (await NextAsync(probe, 4)).Ack();
        await PublishAsync("slow", "quick");
        await probe.ExpectNoMsgAsync(Quiet);
        slow.Ack();

        Assert.Equal([1, 6], new[] { (await NextAsync(probe)).Offset, (await NextAsync(probe)).Offset }.Order());
    }

    [Fact]
    public async Task One_that_is_late_lets_its_key_go()
    {
        await PublishAsync("a", "a");
        var rules = GroupRules.Default with { AckDeadline = TimeSpan.FromMilliseconds(300), Retry = new RetryRules(MaxAttempts: 0, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1)) };
        var (_, probe) = Run(PgPubSubSource.GroupByKey(Sys, "t", "g", parallelism: 1, new() { Rules = rules }));
        await probe.RequestAsync(1_000);
        await NextAsync(probe, 0);

        // The first is never acked. On a slow machine the other is late with it, and comes again as it does.
        while ((await NextAsync(probe)).Offset != 1)
        {
        }
    }

    [Fact]
    public async Task Equal_keys_of_two_topics_are_two_keys()
    {
        foreach (var topic in new[] { "a.x", "a.y" })
            await AskHubAsync<PublishedAll>(new PublishAll(topic, [new Publish(topic, new Number(0), Key: "k"), new Publish(topic, new Number(1), Key: "k")]));
        var (_, probe) = Run(PgPubSubSource.GroupByKey(Sys, TopicSet.Matching("a.*"), "g", parallelism: 3));
        await probe.RequestAsync(10);

        Committable[] first = [await NextAsync(probe), await NextAsync(probe)];
        Assert.Equal([("a.x", 0L), ("a.y", 0L)], first.Select(one => (one.Topic, one.Offset)).Order());
        await probe.ExpectNoMsgAsync(Quiet);
        first.Single(one => one.Topic == "a.y").Ack();

        var next = await NextAsync(probe);
        Assert.Equal(("a.y", 1L), (next.Topic, next.Offset));
        await probe.ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task Handled_in_parallel_each_key_keeps_its_order()
    {
        string[] keys = ["a", "b", "c", "d", "e"];
        var random = new Random(7);
        await PublishAsync([.. Enumerable.Range(0, 400).Select(_ => keys[random.Next(keys.Length)])]);
        var (seen, running, most) = (new ConcurrentQueue<(string Key, long Offset)>(), 0, 0);

        await PgPubSubSource.GroupByKey(Sys, "t", "g", parallelism: 4)
            .SelectAsyncUnordered(4, async committable =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                seen.Enqueue((committable.Key!, committable.Offset));
                await Task.Yield();
                seen.Enqueue((committable.Key!, committable.Offset));
                Interlocked.Decrement(ref running);
                committable.Ack();
                return committable;
            })
            .Take(400).RunWith(Sink.Ignore<Committable>(), Materializer).WaitAsync(Patience);

        foreach (var key in seen.GroupBy(one => one.Key))
        {
            Assert.Equal(key.Select(one => one.Offset).Order(), key.Select(one => one.Offset));
            Assert.All(key.Chunk(2), pair => Assert.Equal(pair[0], pair[1])); // one of a key at a time
        }

        Assert.InRange(most, 2, 4);
        await UntilSettledAsync("t", "g");
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, now, seen);
    }

    private Task PublishAsync(params string?[] keys) =>
        AskHubAsync<PublishedAll>(new PublishAll("t", [.. keys.Select(key => new Publish("t", new Number(0), key))]));

    private static Task<Committable> NextAsync(TestSubscriber.Probe<Committable> probe) => probe.ExpectNextAsync(Patience);

    private static async Task<Committable> NextAsync(TestSubscriber.Probe<Committable> probe, long offset)
    {
        var next = await NextAsync(probe);
        Assert.Equal(offset, next.Offset);
        return next;
    }
}
