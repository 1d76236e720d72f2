using PgPubSub.Core.Nodes;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Nodes;

public sealed class MarkPacerSpec
{
    private readonly MarkPacer _pacer = new(Sec(2));

    [Fact]
    public void Whoever_holds_nothing_tells_at_once_and_waits_for_nothing()
    {
        Assert.True(_pacer.IsDue(holdsNothing: true, Ms(0)));
        Assert.Null(_pacer.NextTick);
    }

    [Fact]
    public void Whoever_always_holds_something_tells_now_and_then()
    {
        Assert.False(_pacer.IsDue(holdsNothing: false, Ms(0)));
        Assert.False(_pacer.IsDue(holdsNothing: false, Ms(1_999)));
        Assert.Equal(Sec(2), _pacer.NextTick);

        Assert.True(_pacer.IsDue(holdsNothing: false, Sec(2)));
        Assert.Null(_pacer.NextTick);
        Assert.False(_pacer.IsDue(holdsNothing: false, Sec(3)));
        Assert.Equal(Sec(5), _pacer.NextTick);
    }

    [Fact]
    public void What_was_put_off_is_not_told_again_once_nothing_is_held()
    {
        _pacer.IsDue(holdsNothing: false, Ms(0));

        Assert.True(_pacer.IsDue(holdsNothing: true, Ms(1)));
        Assert.Null(_pacer.NextTick);
    }
}
