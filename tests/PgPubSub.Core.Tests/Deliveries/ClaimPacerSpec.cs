using PgPubSub.Core.Deliveries;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Deliveries;

public sealed class ClaimPacerSpec
{
    private readonly ClaimPacer _pacer = new();
    private TimeSpan _now = Sec(3_600);

    [Fact]
    public void It_starts_with_what_the_windows_hold()
    {
        Ask(waiting: 0, after: Ms(0));

        Assert.Equal(0, _pacer.Ahead);
    }

    [Fact]
    public void Claims_that_are_taken_at_once_double_what_is_held_ahead_up_to_a_bound()
    {
        List<int> ahead = [];
        for (var i = 0; i < 8; i++)
        {
            _pacer.Got(1_000);
            Ask(waiting: 0, after: Ms(i == 0 ? 0 : 5));
            ahead.Add(_pacer.Ahead);
        }

        Assert.Equal([0, 64, 128, 256, 512, 1_000, 1_000, 1_000], ahead);
    }

    [Fact]
    public void It_holds_what_is_taken_in_fifty_milliseconds()
    {
        Settle(taken: 100, over: Ms(50));
        Assert.Equal(100, _pacer.Ahead);

        Settle(taken: 100, over: Ms(500));
        Assert.Equal(10, _pacer.Ahead);
    }

    [Fact]
    public void What_still_waits_was_not_taken()
    {
        Ask(waiting: 0, after: Ms(0));
        _pacer.Got(500);
        Ask(waiting: 460, after: Ms(50));

        Assert.Equal(40, _pacer.Ahead);
    }

    [Fact]
    public void A_slow_consumer_leaves_the_next_message_to_others()
    {
        Settle(taken: 1, over: Ms(100));

        Assert.Equal(0, _pacer.Ahead);
    }

    [Fact]
    public void More_that_waits_than_was_claimed_is_no_pace()
    {
        Ask(waiting: 0, after: Ms(0));
        Ask(waiting: 10, after: Ms(1)); // retries came

        Assert.Equal(0, _pacer.Ahead);
    }

    private void Settle(int taken, TimeSpan over)
    {
        for (var i = 0; i < 3; i++)
        {
            Ask(waiting: 0, over);
            _pacer.Got(taken);
        }

        Ask(waiting: 0, over);
    }

    private void Ask(int waiting, TimeSpan after)
    {
        _now += after;
        _pacer.Ask(_now, window: 64, waiting);
    }
}
