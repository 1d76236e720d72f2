using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

/// <summary>A private subscriber whose log is rewound or cleared, who has a filter, or whose node stops.</summary>
public sealed class PrivateMachineLifeSpec
{
    private static readonly GroupRules Rules = new(Sec(30), new RetryRules(MaxAttempts: 1, Sec(1), 2, Sec(10)));
    private readonly PrivateMachine _machine;

    public PrivateMachineLifeSpec() => _machine = Of(Rules);

    [Fact]
    public void A_log_that_is_what_was_read_goes_on()
    {
        Read(0, 10);

        _machine.Verify(proven: -1, Ms(2));
        Assert.Equal(new DeliveryEffect.Verify(0, Recall.Most), Assert.Single(Effects()));
        _machine.Verified(floor: 0, tail: 10, Events.Of(0, 10), Ms(3));

        Assert.Empty(Effects());
    }

    [Fact]
    public void A_log_that_is_shorter_than_what_was_read_was_rewound_to_its_tail()
    {
        var items = Read(0, 10);

        _machine.Verify(proven: -1, Ms(2));
        Effects();
        _machine.Verified(floor: 0, tail: 7, Events.Of(0, 7), Ms(3));

        var effects = Effects();
        Assert.Equal(new DeliveryEffect.Rewound(10, 7), Assert.Single(effects.OfType<DeliveryEffect.Rewound>()));
        Assert.False(_machine.Ack(items[8].Id, null, Ms(4)));
        _machine.Live([Other(7)], Ms(5));
        Assert.Equal(7, Assert.Single(Effects().OfType<DeliveryEffect.HandOut>()).Item.Event.Offset);
    }

    [Fact]
    public void What_was_read_before_the_fork_is_not_taken_back_with_what_came_after_it()
    {
        var machine = new PrivateMachine(Rules, window: 2);
        machine.Open(0, tail: 10, Ms(0));
        machine.PageRead(0, Events.Of(0, 10), Ms(0));
        machine.PageRead(10, [], Ms(1));
        Item[] items = [.. machine.Effects.OfType<DeliveryEffect.HandOut>().Select(e => e.Item)];
        machine.Effects.Clear();

        machine.Verify(proven: -1, Ms(2));
        machine.Verified(floor: 0, tail: 4, Events.Of(0, 4), Ms(3));

        Assert.Empty(machine.Effects.OfType<DeliveryEffect.Revoke>());
        Assert.Equal(0, machine.Low);
        Assert.True(machine.Ack(items[0].Id, null, Ms(4)));
        Assert.True(machine.Ack(items[1].Id, null, Ms(4)));
        Item[] rest = [.. machine.Effects.OfType<DeliveryEffect.HandOut>().Select(e => e.Item)];
        Assert.Equal([2L, 3], rest.Select(item => item.Event.Offset));
        foreach (var item in rest)
            machine.Ack(item.Id, null, Ms(5));
        Assert.Equal((4L, 0), (machine.Low, machine.InFlight));
        machine.PageRead(4, [], Ms(6));
        Assert.True(machine.IsIdleAt(4));
    }

    [Fact]
    public void A_log_that_has_grown_again_is_read_from_its_fork()
    {
        Read(0, 10);

        _machine.Verify(proven: -1, Ms(2));
        Effects();
        _machine.Verified(floor: 0, tail: 12, [.. Events.Of(0, 6), .. Enumerable.Range(6, 6).Select(i => Other(i))], Ms(3));

        var effects = Effects();
        Assert.Equal(new DeliveryEffect.Rewound(10, 6), Assert.Single(effects.OfType<DeliveryEffect.Rewound>()));
        Assert.Equal(6, Assert.Single(effects.OfType<DeliveryEffect.Read>()).From);
    }

    [Fact]
    public void One_that_waited_at_the_tail_goes_on_at_the_rewound_tail()
    {
        _machine.Open(10, tail: 10, Ms(0));
        _machine.PageRead(10, [], Ms(0));
        Effects();

        _machine.Verify(proven: -1, Ms(1));
        _machine.Verified(floor: 0, tail: 8, [], Ms(2));

        Assert.Equal(new DeliveryEffect.Rewound(10, 8), Assert.Single(Effects().OfType<DeliveryEffect.Rewound>()));
    }

    [Fact]
    public void One_that_waits_above_the_head_is_not_told_that_history_was_rewound()
    {
        _machine.Open(1_000, tail: 10, Ms(0));
        _machine.PageRead(1_000, [], Ms(0));
        Effects();

        _machine.Verify(proven: -1, Ms(1));
        Effects();
        _machine.Verified(floor: 0, tail: 12, [], Ms(2));

        Assert.Empty(Effects());
    }

    [Fact]
    public void What_retention_took_is_no_rewound_history()
    {
        Read(0, 10);

        _machine.Verify(proven: -1, Ms(2));
        Effects();
        _machine.Verified(floor: 8, tail: 10, Events.Of(8, 10), Ms(3));

        Assert.Empty(Effects());
    }

    [Fact]
    public void One_that_is_behind_when_its_topic_is_cleared_is_told_at_once()
    {
        Read(0, 4);
        _machine.Wake(20, Ms(1));
        Effects();

        _machine.PageRead(4, [], Ms(2));
        Assert.Single(Effects().OfType<DeliveryEffect.Verify>());
        _machine.Verified(floor: 20, tail: 20, [], Ms(3));

        Assert.Equal(new DeliveryEffect.Jumped(4, 20), Assert.Single(Effects().OfType<DeliveryEffect.Jumped>()));
    }

    [Fact]
    public void One_that_is_one_event_behind_when_its_topic_is_cleared_is_told_at_once()
    {
        Read(0, 4);
        _machine.Wake(5, Ms(1));
        Effects();

        _machine.PageRead(4, [], Ms(2));
        Assert.Single(Effects().OfType<DeliveryEffect.Verify>());
        _machine.Verified(floor: 5, tail: 5, [], Ms(3));

        Assert.Equal(new DeliveryEffect.Jumped(4, 5), Assert.Single(Effects().OfType<DeliveryEffect.Jumped>()));
    }

    [Fact]
    public void What_is_proven_already_is_not_looked_at_and_what_lies_behind_it_is()
    {
        Read(0, 10);

        _machine.Verify(proven: 9, Ms(2));
        Assert.Empty(Effects());
        _machine.Verify(proven: 8, Ms(3));
        Assert.Single(Effects().OfType<DeliveryEffect.Verify>());
    }

    [Fact]
    public void A_look_that_fails_is_made_again()
    {
        Read(0, 3);
        _machine.Verify(proven: -1, Ms(1));
        Effects();

        _machine.VerifyFailed(Ms(2));
        Assert.Empty(Effects());
        _machine.Tick(_machine.NextTick!.Value);

        Assert.Single(Effects().OfType<DeliveryEffect.Verify>());
    }

    [Fact]
    public void What_the_filter_does_not_want_is_passed_over()
    {
        var machine = Of(Rules with { Filter = EventFilter.OfTypes("thing") });
        machine.Open(0, tail: 0, Ms(0));
        machine.PageRead(0, [Events.At(0), Events.At(1) with { Type = "other" }, Events.At(2) with { Type = "other" }], Ms(0));

        Assert.Equal([0L], machine.Effects.OfType<DeliveryEffect.HandOut>().Select(e => e.Item.Event.Offset));
        machine.Ack(machine.Effects.OfType<DeliveryEffect.HandOut>().Single().Item.Id, null, Ms(1));
        Assert.Equal(3, machine.Low);
    }

    [Fact]
    public void Without_dead_letters_a_last_failure_is_dropped()
    {
        var machine = Of(Rules with { DeadLetter = false });
        machine.Open(0, tail: 0, Ms(0));
        machine.PageRead(0, Events.Of(0, 1), Ms(0));

        machine.Nack(machine.Effects.OfType<DeliveryEffect.HandOut>().Single().Item.Id, "no", null, asker: this, Ms(1));

        Assert.Empty(machine.Effects.OfType<DeliveryEffect.Bury>());
        Assert.Single(machine.Effects.OfType<DeliveryEffect.Dropped>());
        Assert.Equal(AnswerOutcome.Committed, Assert.Single(machine.Effects.OfType<DeliveryEffect.Confirm>()).Outcome);
    }

    [Fact]
    public void One_whose_node_stops_waits_for_what_is_out_and_is_done_then()
    {
        var machine = new PrivateMachine(Rules, window: 1);
        machine.Open(0, tail: 0, Ms(0));
        machine.PageRead(0, Events.Of(0, 3), Ms(0));
        var item = machine.Effects.OfType<DeliveryEffect.HandOut>().Single().Item;
        machine.Effects.Clear();

        machine.Drain(Ms(1));
        Assert.Empty(machine.Effects.OfType<DeliveryEffect.Done>());
        machine.Ack(item.Id, null, Ms(2));

        Assert.Empty(machine.Effects.OfType<DeliveryEffect.HandOut>());
        Assert.Single(machine.Effects.OfType<DeliveryEffect.Done>());
    }

    [Fact]
    public void One_whose_node_stops_is_not_called_for_retries_and_reads_that_do_not_come_any_more()
    {
        var machine = Of(Rules with { Retry = Rules.Retry with { MaxAttempts = 2 } });
        machine.Open(0, tail: 2, Ms(0));
        machine.PageRead(0, Events.Of(0, 2), Ms(0));
        var items = machine.Effects.OfType<DeliveryEffect.HandOut>().Select(e => e.Item).ToArray();
        machine.Nack(items[0].Id, "no", Ms(10), null, Ms(1));
        machine.ReadFailed(Ms(1));

        machine.Drain(Ms(2));
        machine.Tick(Ms(500));

        Assert.Equal(Sec(30), machine.NextTick);
    }

    [Fact]
    public void One_whose_consumer_leaves_has_its_dead_letters_written_before_it_is_done()
    {
        var machine = new PrivateMachine(Rules, window: 3);
        machine.Open(0, tail: 0, Ms(0));
        machine.PageRead(0, Events.Of(0, 3), Ms(0));
        var items = machine.Effects.OfType<DeliveryEffect.HandOut>().Select(e => e.Item).ToArray();
        machine.Nack(items[0].Id, "no", null, null, Ms(1));
        machine.Nack(items[1].Id, "no", null, null, Ms(1));
        machine.Effects.Clear();

        machine.Leave(Ms(2));

        Assert.Same(items[2], Assert.Single(machine.Effects.OfType<DeliveryEffect.Revoke>()).Item);
        Assert.Empty(machine.Effects.OfType<DeliveryEffect.Done>());
        machine.Buried(Ms(3));
        Assert.Equal(1, Assert.Single(machine.Effects.OfType<DeliveryEffect.Bury>()).Failure.Offset);
        machine.Buried(Ms(4));
        Assert.Single(machine.Effects.OfType<DeliveryEffect.Done>());
    }

    [Fact]
    public void It_is_idle_once_all_below_an_offset_is_answered()
    {
        var items = Read(0, 2);
        Assert.False(_machine.IsIdleAt(2));
        foreach (var item in items)
            _machine.Ack(item.Id, null, Ms(2));
        Assert.False(_machine.IsIdleAt(3));
        _machine.PageRead(2, [], Ms(3));

        Assert.True(_machine.IsIdleAt(2));
    }

    private static PrivateMachine Of(GroupRules rules) => new(rules, window: 100);

    private static StoredEvent Other(long offset) => Events.At(offset) with { Id = Events.IdOf(offset + 1_000_000) };

    private Item[] Read(long from, long to)
    {
        _machine.Open(from, tail: to, Ms(0));
        _machine.PageRead(from, Events.Of(from, to), Ms(0));
        Item[] items = [.. _machine.Effects.OfType<DeliveryEffect.HandOut>().Select(e => e.Item)];
        if (_machine.Effects.OfType<DeliveryEffect.Read>().LastOrDefault() is { From: var next } && next == to)
            _machine.PageRead(to, [], Ms(1));
        Effects();
        return items;
    }

    private DeliveryEffect[] Effects()
    {
        var effects = _machine.Effects.ToArray();
        _machine.Effects.Clear();
        return effects;
    }
}
