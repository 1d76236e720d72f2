using PgPubSub.Core.Readers;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Readers;

public sealed class ReaderMachineSpec
{
    private readonly ReaderMachine _machine = new();

    [Fact]
    public void It_begins_with_the_newest_event_that_it_hears_of_and_hands_each_page_to_everybody()
    {
        _machine.Serve(anybody: true);

        _machine.Wake(10, Ms(0));
        Assert.Equal([new ReaderEffect.Read(9, 10)], Effects());
        var page = Events.Of(9, 10);
        _machine.PageRead(9, 10, page, Ms(1));

        Assert.Same(page, Assert.IsType<ReaderEffect.Hand>(Assert.Single(Effects())).Events);
    }

    [Fact]
    public void Where_there_is_nobody_nothing_is_read()
    {
        _machine.Wake(10, Ms(0));

        Assert.Empty(Effects());
        Assert.Equal(10, _machine.Tail);
    }

    [Fact]
    public void A_page_that_was_asked_for_somebody_who_left_is_nobodys()
    {
        _machine.Serve(anybody: true);
        _machine.Wake(10, Ms(0));
        _machine.Serve(anybody: false);
        Effects();

        _machine.PageRead(9, 10, Events.Of(9, 10), Ms(1));

        Assert.Empty(Effects());
    }

    [Fact]
    public void What_was_heard_of_and_is_not_there_is_told_to_everybody_and_not_asked_for_again()
    {
        _machine.Serve(anybody: true);
        _machine.Wake(10, Ms(0));
        Effects();

        _machine.PageRead(9, 10, [], Ms(1));
        Assert.Equal([new ReaderEffect.Missing(10)], Effects());
        _machine.Tick(_machine.NextTick!.Value);
        _machine.Wake(10, Ms(500));

        Assert.Empty(Effects());
    }

    [Fact]
    public void A_read_that_failed_is_made_again_after_a_wait()
    {
        _machine.Serve(anybody: true);
        _machine.Wake(10, Ms(0));
        Effects();

        _machine.ReadFailed(Ms(1));
        _machine.Wake(11, Ms(2));
        Assert.Empty(Effects());
        _machine.Tick(_machine.NextTick!.Value);

        Assert.Equal([new ReaderEffect.Read(9, 11)], Effects());
        Assert.Null(_machine.NextTick);
    }

    [Fact]
    public void A_log_that_does_not_have_what_was_read_is_read_afresh_and_everybody_looks_again()
    {
        _machine.Serve(anybody: true);
        _machine.Wake(10, Ms(0));
        _machine.PageRead(9, 10, Events.Of(9, 10), Ms(1));
        Effects();

        _machine.Doubt();
        Assert.Equal([new ReaderEffect.Check(9, Events.IdOf(9))], Effects());
        _machine.Checked(9, holds: false);

        Assert.Equal([new ReaderEffect.Forget(), new ReaderEffect.LookAgain(-1)], Effects());
    }

    private ReaderEffect[] Effects()
    {
        var effects = _machine.Effects.ToArray();
        _machine.Effects.Clear();
        return effects;
    }
}
