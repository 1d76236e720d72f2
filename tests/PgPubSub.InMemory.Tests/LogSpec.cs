using System.Text;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.InMemory.Tests;

public sealed class LogSpec : InMemorySpec
{
    [Fact]
    public async Task Offsets_go_on_through_appends_and_trims_of_any_size()
    {
        var topic = await TopicAsync(retention: new Retention { Count = 3 });
        var next = 0L;
        foreach (var count in new[] { 1, 15, 1, 40, 7, 100, 3 })
        {
            Assert.Equal(next, (await Store.Log.AppendAsync(topic, next, Events.Many(count))).First);
            next += count;
            Clock.Advance(TimeSpan.FromMinutes(2));
            await Store.Topics.TrimAsync(topic, CancellationToken.None);
            Assert.Equal([.. Enumerable.Range((int)Math.Max(0, next - 3), (int)Math.Min(3, next)).Select(i => (long)i)], await OffsetsAsync(topic));
        }
    }

    [Fact]
    public async Task An_id_that_was_published_twice_is_found_at_the_place_that_the_publisher_may_mean()
    {
        var topic = await TopicAsync();
        var twice = Events.Json("1");
        await Store.Log.AppendAsync(topic, 0, [twice]);
        Assert.Equal(1, (await Store.Log.AppendAsync(topic, 1, [twice])).First);

        Assert.Equal(0, (await Store.Log.AppendAsync(topic, 0, [twice])).First);
        Assert.Equal(1, (await Store.Log.AppendAsync(topic, 1, [twice])).First);
        Assert.Equal(2, (await Store.Log.AppendAsync(topic, 2, [twice])).First);
    }

    [Fact]
    public async Task An_id_may_come_again_when_its_event_is_gone()
    {
        var topic = await TopicAsync();
        var again = Events.Json("1");
        await Store.Log.AppendAsync(topic, 0, [again]);
        await Store.Topics.ClearTopicAsync(topic, CancellationToken.None);

        Assert.Equal(1, (await Store.Log.AppendAsync(topic, 1, [again])).First);
        Assert.Equal(1, (await Store.Log.AppendAsync(topic, 1, [again])).First);
    }

    [Fact]
    public async Task What_the_caller_does_to_its_buffer_afterwards_changes_nothing()
    {
        var topic = await TopicAsync();
        var buffer = "{\"a\":1}"u8.ToArray();
        await Store.Log.AppendAsync(topic, 0, [new NewEvent(Guid.CreateVersion7(), "test", null, buffer, null, buffer)]);
        Array.Clear(buffer);

        var stored = (await Store.Log.ReadAsync(topic, 0, 1, long.MaxValue, CancellationToken.None)).Single();

        Assert.Equal("{\"a\":1}{\"a\":1}", Encoding.UTF8.GetString(stored.Data.Span) + Encoding.UTF8.GetString(stored.Headers!.Value.Span));
    }

    [Fact]
    public async Task Times_never_go_back_where_the_clock_does()
    {
        var topic = await TopicAsync();
        await Store.Log.AppendAsync(topic, 0, Events.Many(1));
        Clock.Advance(TimeSpan.FromHours(-1));
        await Store.Log.AppendAsync(topic, 1, Events.Many(1));

        var read = await Store.Log.ReadAsync(topic, 0, 10, long.MaxValue, CancellationToken.None);

        Assert.Equal(read[0].PublishedAt, read[1].PublishedAt);
    }

    [Fact]
    public async Task Offsets_that_no_event_can_have_yet_are_read_as_nothing()
    {
        var topic = await TopicAsync();
        await Store.Log.AppendAsync(topic, 0, Events.Many(3));

        Assert.Empty(await Store.Log.ReadAsync(topic, 99, 10, long.MaxValue, CancellationToken.None));
        Assert.Empty(await Store.Log.ReadAsync(new TopicId(99), 0, 10, long.MaxValue, CancellationToken.None));
    }

    public static TheoryData<NewEvent> Refused() => new()
    {
        Events.Json("{"), Events.Json(""), Events.Json("1 2"), Events.Json("[1,]"), Events.Json("// no"), Events.Json("1") with { Headers = "no"u8.ToArray() },
        Events.Json("1") with { Data = new byte[] { (byte)'"', 0xFF, (byte)'"' } }, Events.Json("1") with { Key = "a\0" }, Events.Json("1") with { Type = "\ud800" },
        Events.Json(new string('[', 200_000) + new string(']', 200_000)),
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task What_a_database_refuses_is_refused_here_and_nothing_is_written(NewEvent bad)
    {
        var topic = await TopicAsync();

        var refused = await Assert.ThrowsAsync<StoreException>(() => Store.Log.AppendAsync(topic, 0, [Events.Json("1"), bad]));

        Assert.Equal(FaultKind.Refused, refused.Kind);
        Assert.Empty(await OffsetsAsync(topic));
    }

    [Fact]
    public async Task A_call_that_is_given_up_before_it_begins_does_nothing()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Log.EnsureTopicAsync("orders", Retention.Default, stop.Token));

        Assert.Null(await Store.Log.FindTopicAsync("orders", CancellationToken.None));
    }
}
