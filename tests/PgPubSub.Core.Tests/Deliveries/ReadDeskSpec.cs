using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class ReadDeskSpec
{
    private readonly ReadDesk _desk = new();

    [Fact]
    public void It_reads_from_where_it_begins_until_a_page_is_empty()
    {
        _desk.Open(3, 5);
        Assert.Equal(new DeliveryEffect.Read(3, ReadDesk.Page), Next());
        Assert.Null(Next());
        _desk.PageRead(3, Events.Of(3, 5));
        Assert.Equal(new DeliveryEffect.Read(5, ReadDesk.Page), Next());

        _desk.PageRead(5, []);

        Assert.Null(Next());
        Assert.Equal(5, _desk.Position);
    }

    [Fact]
    public void It_reads_nothing_before_it_is_open_nor_while_there_is_no_room()
    {
        _desk.Hear(9);
        Assert.Null(Next());
        _desk.Open(0, 9);

        Assert.Null(_desk.Next(hasRoom: false, Ms(0)));
        Assert.NotNull(Next());
    }

    [Fact]
    public void What_is_heard_of_during_a_read_that_finds_nothing_is_read_for_again()
    {
        AtTail(0);
        _desk.Hear(4);
        Assert.Equal(new DeliveryEffect.Read(0, ReadDesk.Page), Next());
        _desk.Hear(5);
        _desk.PageRead(0, []);

        Assert.Equal(new DeliveryEffect.Read(0, ReadDesk.Page), Next());
    }

    [Fact]
    public void What_is_heard_of_and_not_there_is_looked_for_once_and_read_for_no_more()
    {
        AtTail(0);
        _desk.Hear(4);
        Next();
        _desk.PageRead(0, []);

        Assert.Equal(new DeliveryEffect.Verify(0, Recall.Most), Next());
        Assert.Null(_desk.Verified(0, 0, []));
        Assert.Null(Next());
    }

    [Fact]
    public void A_live_page_fits_where_it_holds_what_comes_next()
    {
        AtTail(4);
        Assert.True(_desk.HearLive(Events.Of(4, 6)));
        Assert.True(_desk.HearLive(Events.Of(2, 6)));
        Assert.False(_desk.HearLive(Events.Of(5, 6)));
        Assert.False(_desk.HearLive(Events.Of(1, 4)));

        _desk.Take(Events.Of(4, 6));

        Assert.Equal(6, _desk.Position);
        Assert.Null(Next());
    }

    [Fact]
    public void While_it_reads_or_looks_back_no_live_page_fits_and_what_it_told_of_is_read()
    {
        AtTail(0);
        _desk.Hear(1);
        Next();
        Assert.False(_desk.HearLive(Events.Of(0, 3)));
        _desk.PageRead(0, Events.Of(0, 1));
        _desk.Verify(-1);
        Assert.False(_desk.HearLive(Events.Of(1, 3)));
        Next();
        Assert.False(_desk.HearLive(Events.Of(1, 3)));
        _desk.Verified(0, 3, Events.Of(0, 1));

        Assert.Equal(new DeliveryEffect.Read(1, ReadDesk.Page), Next());
    }

    [Fact]
    public void A_look_at_what_was_read_comes_before_the_next_read()
    {
        AtTail(0);
        _desk.Hear(2);
        Next();
        _desk.PageRead(0, Events.Of(0, 2));
        _desk.Hear(4);
        _desk.Verify(-1);

        Assert.Equal(new DeliveryEffect.Verify(0, Recall.Most), Next());
        Assert.Null(Next());
    }

    [Fact]
    public void What_is_proven_needs_no_look()
    {
        AtTail(0);
        _desk.Hear(2);
        Next();
        _desk.PageRead(0, Events.Of(0, 2));

        _desk.Verify(1);

        Assert.Null(Next());
    }

    [Fact]
    public void A_tail_below_what_was_read_is_the_fork_and_is_read_from()
    {
        AtTail(0);
        _desk.Hear(4);
        Next();
        _desk.PageRead(0, Events.Of(0, 4));
        _desk.Verify(-1);
        Next();

        Assert.Equal(2, _desk.Verified(0, 2, []));
        _desk.Rewind(2, 2);

        Assert.Equal(2, _desk.Position);
        Assert.Null(Next());
        _desk.Hear(3);
        Assert.Equal(new DeliveryEffect.Read(2, ReadDesk.Page), Next());
    }

    [Fact]
    public void What_fails_is_done_again_after_a_wait()
    {
        _desk.Open(0, 1);
        Next();
        Assert.Null(_desk.NextTick);
        _desk.ReadFailed(Ms(0));
        Assert.Equal(Ms(50), _desk.NextTick);
        Assert.Null(_desk.Next(hasRoom: true, Ms(49)));
        Assert.IsType<DeliveryEffect.Read>(_desk.Next(hasRoom: true, Ms(50)));
        _desk.PageRead(0, Events.Of(0, 1));
        _desk.Verify(-1);
        Assert.IsType<DeliveryEffect.Verify>(_desk.Next(hasRoom: true, Ms(51)));

        _desk.VerifyFailed(Ms(51));

        Assert.Null(_desk.Next(hasRoom: true, Ms(52)));
        Assert.IsType<DeliveryEffect.Verify>(_desk.Next(hasRoom: true, Ms(1_100)));
    }

    // It has read everything, and there was nothing.
    private void AtTail(long tail)
    {
        _desk.Open(tail, tail);
        Next();
        _desk.PageRead(tail, []);
        Assert.Null(Next());
    }

    private DeliveryEffect? Next() => _desk.Next(hasRoom: true, Ms(0));
}
