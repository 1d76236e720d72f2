using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Tests.Groups;

public sealed class GroupSourcePostgresSpec : GroupSourceSpec;

public sealed class GroupSourceInMemorySpec : GroupSourceSpec
{
    protected override bool InMemory => true;
}

/// <summary>Sources that are members of a group.</summary>
public abstract class GroupSourceSpec : StreamSpec
{
    private static readonly GroupRules Hasty = GroupRules.Default with { AckDeadline = TimeSpan.FromSeconds(2) }; // a busy machine answers and extends late

    [Fact]
    public async Task Each_event_comes_with_a_handle_that_settles_it()
    {
        await PublishAsync("t", 0, 1, 2);
        var (control, probe) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g"));
        await probe.RequestAsync(10);

        (await NextAsync(probe, 0, 1)).Handle.Ack();
        (await NextAsync(probe, 1, 1)).Handle.Nack("later", TimeSpan.Zero);
        (await NextAsync(probe, 2, 1)).Handle.DeadLetter("never");
        (await NextAsync(probe, 1, 2)).Handle.Ack();

        await UntilSettledAsync("t", "g", dead: 1);
        await control.DrainAndShutdown().WaitAsync(Patience);
        await probe.ExpectCompleteAsync();
    }

    [Fact]
    public async Task What_was_not_emitted_goes_back_at_once_as_it_was_and_what_was_may_be_answered_late()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var (control, probe) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g"));
        await probe.RequestAsync(2);
        var held = await NextAsync(probe, 0, 1);
        await NextAsync(probe, 1, 1);
        control.Stop();
        await probe.ExpectCompleteAsync();

        var (_, next) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g"));
        await next.RequestAsync(20);
        for (var i = 2; i < 10; i++)
            (await NextAsync(next, i, 1)).Handle.Ack();
        held.Handle.Ack();
        await next.ExpectNoMsgAsync(Quiet);
        var drained = control.DrainAndShutdown(TimeSpan.FromMilliseconds(200));
        (await NextAsync(next, 1, 2)).Handle.Ack();
        await drained.WaitAsync(Patience);

        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task Draining_waits_for_the_last_handle_and_not_longer()
    {
        await PublishAsync("t", 0, 1);
        var (control, probe) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g"));
        await probe.RequestAsync(2);
        var (one, two) = (await NextAsync(probe, 0, 1), await NextAsync(probe, 1, 1));

        var drained = control.DrainAndShutdown();
        await probe.ExpectCompleteAsync();
        one.Handle.Ack();
        await Task.WhenAny(drained, Task.Delay(Quiet));
        Assert.False(drained.IsCompleted);
        two.Handle.Ack();

        await drained.WaitAsync(Patience);
        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task A_stream_that_fails_gives_back_all_it_held_at_once()
    {
        await PublishAsync("t", 0, 1, 2);
        var failing = PgPubSubSource.Group<Number>(Sys, "t", "g").Select(c => c.Value.Value == 1 ? throw new InvalidOperationException("no") : c);
        var (control, probe) = Run(failing);
        await probe.RequestAsync(10);
        await NextAsync(probe, 0, 1);
        Assert.IsType<InvalidOperationException>(await probe.ExpectErrorAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => control.Completion.WaitAsync(Patience));

        var (_, next) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g"));
        await next.RequestAsync(10);
        var again = new[] { await next.ExpectNextAsync(Patience), await next.ExpectNextAsync(Patience), await next.ExpectNextAsync(Patience) };
        Assert.Equal([(0, 2), (1, 2), (2, 1)], again.Select(c => (c.Value.Value, c.Handle.Attempt)).Order());
    }

    [Fact]
    public async Task What_waits_for_demand_is_not_late_and_has_its_whole_time_once_it_is_emitted()
    {
        await PublishAsync("t", 0, 1);
        var (_, probe) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g", new() { Rules = Hasty }));
        await probe.RequestAsync(1);
        (await NextAsync(probe, 0, 1)).Handle.Ack();

        await probe.ExpectNoMsgAsync(Hasty.AckDeadline * 1.5);
        await probe.RequestAsync(2);
        var waited = await NextAsync(probe, 1, 1);
        await probe.ExpectNoMsgAsync(Hasty.AckDeadline / 2);
        waited.Handle.Ack();

        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task What_is_emitted_and_not_answered_comes_again_after_its_deadline()
    {
        await PublishAsync("t", 0);
        var rules = Hasty with { Retry = Hasty.Retry with { First = TimeSpan.Zero } };
        var (_, probe) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g", new() { Rules = rules }));
        await probe.RequestAsync(5);
        await NextAsync(probe, 0, 1);

        (await NextAsync(probe, 0, 2)).Handle.Ack();
        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task No_more_is_claimed_than_the_window()
    {
        await PublishAsync("t", Enumerable.Range(0, 100));
        var (_, probe) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g", new() { Window = 5 }));
        await probe.RequestAsync(100);
        for (var i = 0; i < 5; i++)
            await NextAsync(probe, i, 1);
        await probe.ExpectNoMsgAsync(Quiet);
    }

    [Fact]
    public async Task At_most_once_what_is_emitted_is_settled_and_what_is_not_is_not()
    {
        await PublishAsync("t", Enumerable.Range(0, 10));
        var seen = await PgPubSubSource.GroupAtMostOnce<Number>(Sys, "t", "g").Take(3).RunWith(Sink.Seq<TopicEvent<Number>>(), Materializer).WaitAsync(Patience);
        Assert.Equal([0, 1, 2], seen.Select(e => e.Value.Value));

        var rest = await PgPubSubSource.Group<Number>(Sys, "t", "g").Take(7).RunWith(Sink.Seq<Committable<Number>>(), Materializer).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(3, 7), rest.Select(c => c.Value.Value).Order());
        Assert.All(rest, c => Assert.Equal(1, c.Handle.Attempt));
    }

    [Fact]
    public async Task Auto_acks_an_event_when_the_next_is_asked_for()
    {
        await PublishAsync("t", 0, 1);
        var (_, probe) = Run(PgPubSubSource.GroupAuto(Sys, "t", "g"));
        Assert.Equal(0, (await probe.RequestNextAsync(Patience)).Offset);
        await UntilGroupAsync("t", "g", group => group.InFlight == 2);
        Assert.Equal(1, (await probe.RequestNextAsync(Patience)).Offset);
        await probe.RequestAsync(1);

        await UntilSettledAsync("t", "g");
    }

    [Fact]
    public async Task Auto_that_is_stopped_acks_the_last_when_more_is_asked_for()
    {
        await PublishAsync("t", 0, 1);
        var (control, probe) = Run(PgPubSubSource.GroupAuto(Sys, "t", "g"));
        await probe.RequestNextAsync(Patience);

        var drained = control.DrainAndShutdown();
        await probe.ExpectNoMsgAsync(Quiet);
        await probe.RequestAsync(1);
        await probe.ExpectCompleteAsync();
        await drained.WaitAsync(Patience);

        await UntilGroupAsync("t", "g", group => group is { Retrying: 1, InFlight: 0 });
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_dead_letter_at_once()
    {
        await AskHubAsync<Published>(new Publish("t", "text"));
        await PublishAsync("t", 1);
        var (_, probe) = Run(PgPubSubSource.Group<Number>(Sys, "t", "g"));

        await probe.RequestAsync(1);
        var next = await probe.ExpectNextAsync(Patience);
        Assert.Equal(1, next.Handle.Offset);
        next.Handle.Ack();
        await UntilSettledAsync("t", "g", dead: 1);
    }

    [Fact]
    public async Task A_group_that_is_dropped_fails_the_stream()
    {
        var (control, probe) = Run(PgPubSubSource.Group(Sys, "t", "g"));
        await probe.RequestAsync(1);
        await control.Started.WaitAsync(Patience);

        await AskHubAsync<GroupDropped>(new DropGroup("t", "g"));

        var ended = Assert.IsType<SubscriptionEndedException>(await probe.ExpectErrorAsync());
        Assert.Equal(("t", "g"), (ended.Topic, ended.Group));
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task By_pattern_one_source_serves_every_topic()
    {
        await PublishAsync("a.x", 0);
        var (control, probe) = Run(PgPubSubSource.Group(Sys, TopicSet.Matching("a.*"), "g"));
        await probe.RequestAsync(10);
        var one = await probe.ExpectNextAsync(Patience);
        await PublishAsync("a.y", 0);
        var two = await probe.ExpectNextAsync(Patience);
        Assert.Equal(["a.x", "a.y"], [one.Topic, two.Topic]);

        var drained = control.DrainAndShutdown();
        await probe.ExpectCompleteAsync();
        one.Ack();
        two.Ack();
        await drained.WaitAsync(Patience);
        await UntilSettledAsync("a.x", "g");
        await UntilSettledAsync("a.y", "g");
    }

    private static async Task<Committable<Number>> NextAsync(TestSubscriber.Probe<Committable<Number>> probe, int number, int attempt)
    {
        var next = await probe.ExpectNextAsync(Patience);
        Assert.Equal((number, attempt), (next.Value.Value, next.Handle.Attempt));
        return next;
    }
}
