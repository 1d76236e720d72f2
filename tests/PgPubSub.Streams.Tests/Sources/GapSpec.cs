using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Tests.Sources;

public sealed class GapPostgresSpec : GapSpec;

public sealed class GapInMemorySpec : GapSpec
{
    protected override bool InMemory => true;
}

/// <summary>Sources whose history goes away under them: what was read of it before is not lost with it.</summary>
public abstract class GapSpec : StreamSpec
{
    [Fact]
    public async Task What_was_read_before_a_gap_is_emitted_before_it()
    {
        await PublishAsync("t", Enumerable.Range(0, 600));
        var (_, probe) = Run(PgPubSubSource.FromEarliest(Sys, "t", new() { Window = 1 }));
        Assert.Equal(0, (await probe.RequestNextAsync(Patience)).Offset);

        Assert.Equal(600, (await AskHubAsync<TopicCleared>(new ClearTopic("t"))).Floor);
        await PublishAsync("t", 600);

        for (var i = 1; i < 500; i++)
            Assert.Equal(i, (await probe.RequestNextAsync(Patience)).Offset);
        Assert.Equal(600, (await probe.RequestNextAsync(Patience)).Offset);
    }

    [Fact]
    public async Task A_replay_ends_behind_a_gap_after_what_was_read_before_it()
    {
        await PublishAsync("t", Enumerable.Range(0, 600));
        var (_, probe) = Run(PgPubSubSource.Replay(Sys, "t", 0, 550, new() { Window = 1 }));
        Assert.Equal(0, (await probe.RequestNextAsync(Patience)).Offset);

        await AskHubAsync<TopicCleared>(new ClearTopic("t"));

        for (var i = 1; i < 500; i++)
            Assert.Equal(i, (await probe.RequestNextAsync(Patience)).Offset);
        await probe.RequestAsync(1);
        await probe.ExpectCompleteAsync();
    }

    [Fact]
    public async Task A_topic_of_a_pattern_that_is_made_anew_is_read_from_its_first_event()
    {
        await PublishAsync("a.x", 0, 1, 2);
        var offsets = new Dictionary<string, long> { ["a.x"] = 1 };
        var (_, probe) = Run(PgPubSubSource.FromOffsets(Sys, TopicSet.Matching("a.*"), offsets));
        Assert.Equal(1, (await probe.RequestNextAsync(Patience)).Offset);
        Assert.Equal(2, (await probe.RequestNextAsync(Patience)).Offset);

        await MakeAnewAsync("a.x", 70, 71);

        Assert.Equal((0L, 70), Read(await probe.RequestNextAsync(Patience)));
        Assert.Equal((1L, 71), Read(await probe.RequestNextAsync(Patience)));
    }

    private static (long, int) Read(TopicEvent e) => (e.Offset, e.As<Number>().Value);
}
