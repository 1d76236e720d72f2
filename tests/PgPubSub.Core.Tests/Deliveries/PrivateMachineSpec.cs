using System.Runtime.CompilerServices;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class PrivateMachineSpec
{
    private static readonly GroupRules Rules = new(Sec(30), new RetryRules(MaxAttempts: 2, Sec(1), 2, Sec(10)));
    private readonly PrivateMachine _machine = new(Rules, window: 1_000);

    [Fact]
    public void It_begins_with_history()
    {
        _machine.Open(7, tail: 7, Ms(0));

        Assert.Equal(new DeliveryEffect.Read(7, ReadDesk.Page), Assert.Single(Effects()));
    }

    [Fact]
    public void What_was_live_before_it_was_open_is_read()
    {
        _machine.Live(Events.Of(3, 5), Ms(0));
        _machine.Open(0, tail: 0, Ms(0));
        Effects();

        _machine.PageRead(0, Events.Of(0, 4), Ms(1)); // cut by its bytes

        Assert.Contains(new DeliveryEffect.Read(4, ReadDesk.Page), Effects());
    }

    [Fact]
    public void A_live_page_during_a_read_that_finds_nothing_is_not_forgotten()
    {
        _machine.Open(0, tail: 0, Ms(0));
        _machine.Live(Events.Of(0, 1), Ms(1));
        Effects();

        _machine.PageRead(0, [], Ms(2));

        Assert.Equal(new DeliveryEffect.Read(0, ReadDesk.Page), Assert.Single(Effects()));
    }

    [Fact]
    public void A_tail_that_was_rewound_is_not_asked_for_again_and_again()
    {
        _machine.Open(5, tail: 5, Ms(0));
        _machine.Wake(9, Ms(0));
        _machine.PageRead(5, [], Ms(1));
        Effects();

        _machine.PageRead(5, [], Ms(2));

        Assert.Single(Effects().OfType<DeliveryEffect.Verify>());
        _machine.Verified(floor: 0, tail: 5, [], Ms(3));
        Assert.Empty(Effects());
    }

    [Fact]
    public void A_live_page_that_fits_is_taken_from_where_it_stands()
    {
        Stand(at: 4);

        _machine.Live(Events.Of(2, 6), Ms(1));

        Assert.Equal([4, 5], HandOuts());
    }

    [Fact]
    public void A_live_page_with_a_gap_before_it_is_read_from_the_log()
    {
        Stand(at: 4);

        _machine.Live(Events.Of(6, 8), Ms(1));

        Assert.Equal(new DeliveryEffect.Read(4, ReadDesk.Page), Assert.Single(Effects()));
    }

    [Fact]
    public void Live_pages_that_a_slow_consumer_has_no_room_for_are_read_later()
    {
        Stand(at: 0);
        for (var from = 0; from < 10_000; from += 500)
            _machine.Live(Events.Of(from, from + 500), Ms(0));
        Assert.InRange(_machine.InFlight, 1_000, 2_000);

        for (var handed = Items(); handed.Length > 0; handed = Items(keep: true))
            Array.ForEach(handed, item => _machine.Ack(item.Id, null, Ms(1)));

        Assert.IsType<DeliveryEffect.Read>(Assert.Single(Effects()));
    }

    [Fact]
    public void What_retention_took_is_told()
    {
        _machine.Open(2, tail: 2, Ms(0));
        _machine.PageRead(2, Events.Of(9, 10), Ms(1));

        Assert.Equal(new DeliveryEffect.Jumped(2, 9), Assert.Single(Effects().OfType<DeliveryEffect.Jumped>()));
    }

    [Fact]
    public void A_wait_that_ends_after_a_live_page_brought_what_was_missing_wants_no_more_ticks()
    {
        Stand(at: 0);
        _machine.Wake(1, Ms(0));
        _machine.ReadFailed(Ms(0));
        _machine.Live(Events.Of(0, 1), Ms(1));
        Effects();

        _machine.Tick(Ms(50));

        Assert.Equal(Sec(30) + Ms(1), _machine.NextTick);
    }

    [Fact]
    public void A_failure_comes_back_with_a_higher_attempt_and_the_last_is_buried()
    {
        Stand(at: 0);
        _machine.Live(Events.Of(0, 1), Ms(0));
        _machine.Nack(Item().Id, "no", Ms(10), null, Ms(0));
        Assert.Equal(Ms(10), _machine.NextTick);

        _machine.Tick(Ms(10));
        var again = Item();
        Assert.Equal(2, again.Attempt);
        _machine.Nack(again.Id, "no again", Ms(10), null, Ms(11));

        Assert.Equal(new Failure(0, 2, TimeSpan.Zero, "no again", Bury: true), Assert.Single(Effects().OfType<DeliveryEffect.Bury>()).Failure);
        Assert.Null(_machine.NextTick);
    }

    [Fact]
    public void What_its_consumer_buries_is_buried_whatever_attempts_it_has_left_and_confirmed_once_it_is_written()
    {
        Stand(at: 0);
        _machine.Live(Events.Of(0, 1), Ms(0));
        Assert.True(_machine.Bury(Item().Id, "never", new object(), Ms(0)));

        Assert.Equal(new Failure(0, 1, TimeSpan.Zero, "never", Bury: true), Assert.IsType<DeliveryEffect.Bury>(Assert.Single(Effects())).Failure);
        Assert.Equal(0, _machine.Low);
        _machine.Buried(Ms(1));

        Assert.Equal(AnswerOutcome.Committed, Assert.IsType<DeliveryEffect.Confirm>(Assert.Single(Effects())).Outcome);
        Assert.Equal(1, _machine.Low);
    }

    [Fact]
    public void Who_waits_for_a_burial_when_the_subscriber_stops_hears_that_nobody_knows()
    {
        Stand(at: 0);
        _machine.Live(Events.Of(0, 1), Ms(0));
        _machine.Bury(Item().Id, "never", new object(), Ms(0));
        Effects();

        _machine.Abandon();

        Assert.Equal(AnswerOutcome.Unknown, Assert.IsType<DeliveryEffect.Confirm>(Assert.Single(Effects())).Outcome);
    }

    [Fact]
    public void A_burial_that_fails_is_repeated_after_a_wait()
    {
        Stand(at: 0);
        _machine.Live(Events.Of(0, 1), Ms(0));
        _machine.Nack(Item().Id, "no", Ms(0), null, Ms(0));
        _machine.Nack(Item().Id, "no", Ms(0), null, Ms(0));
        Effects();

        _machine.BuryFailed(Ms(0));
        Assert.Empty(Effects());
        _machine.Tick(Ms(50));

        Assert.IsType<DeliveryEffect.Bury>(Assert.Single(Effects()));
    }

    [Fact]
    public void An_asker_is_answered_at_once_since_nothing_is_written()
    {
        Stand(at: 0);
        _machine.Live(Events.Of(0, 1), Ms(0));
        var (item, asker) = (Item(), new object());

        _machine.Ack(item.Id, asker, Ms(0));
        _machine.Ack(item.Id, asker, Ms(0));

        Assert.Equal([AnswerOutcome.Committed, AnswerOutcome.TooLate], Effects().OfType<DeliveryEffect.Confirm>().Select(e => e.Outcome));
    }

    [Fact]
    public void While_nothing_can_be_buried_nothing_more_is_read()
    {
        Stand(at: 0);
        for (var from = 0; from < 5_000; from += 500)
        {
            _machine.Live(Events.Of(from, from + 500), Ms(0));
            for (var attempt = 1; attempt <= 2; attempt++)
                Array.ForEach(Items(), item => _machine.Nack(item.Id, "no", Ms(0), null, Ms(0)));
        }

        Assert.InRange(_handedOut, 1, 2_000);
    }

    [Fact]
    public void A_message_that_waits_for_its_retry_keeps_no_other_in_memory()
    {
        Stand(at: 0);
        var others = NackOneOf(500);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.Equal(1, _machine.InFlight);
        Assert.DoesNotContain(others, other => other.IsAlive);
    }

    private int _handedOut;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private List<WeakReference> NackOneOf(int events)
    {
        _machine.Live(Events.Of(0, events), Ms(0));
        var items = Items();
        _machine.Nack(items[0].Id, "no", Sec(3_600), null, Ms(0));
        foreach (var item in items.Skip(1))
            _machine.Ack(item.Id, null, Ms(0));
        _machine.Effects.Clear();
        return [.. items.Skip(1).Select(item => new WeakReference(item.Event))];
    }

    private void Stand(long at)
    {
        _machine.Open(at, tail: at, Ms(0));
        _machine.PageRead(at, [], Ms(0));
        Effects();
    }

    private long[] HandOuts() => [.. Items().Select(i => i.Event.Offset)];

    private Item Item() => Assert.Single(Items());

    private Item[] Items(bool keep = false)
    {
        Item[] items = [.. _machine.Effects.OfType<DeliveryEffect.HandOut>().Select(e => e.Item)];
        _machine.Effects.RemoveAll(effect => !keep || effect is DeliveryEffect.HandOut);
        _handedOut += items.Length;
        return items;
    }

    private DeliveryEffect[] Effects()
    {
        var effects = _machine.Effects.ToArray();
        _machine.Effects.Clear();
        return effects;
    }
}
