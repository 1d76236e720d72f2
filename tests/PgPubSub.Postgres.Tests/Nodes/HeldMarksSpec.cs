using PgPubSub.Postgres.Nodes;

namespace PgPubSub.Postgres.Tests.Nodes;

public sealed class HeldMarksSpec
{
    private static readonly Guid Node = Guid.CreateVersion7();

    private readonly HandClock _clock = new();
    private readonly HeldMarks _held;
    private readonly HolderMarks _holders;

    public HeldMarksSpec()
    {
        _held = new HeldMarks(TimeSpan.FromSeconds(30), _clock);
        _holders = new HolderMarks(TimeSpan.FromSeconds(30), _clock);
    }

    [Fact]
    public void The_mark_of_a_moment_lies_above_every_token_of_before_and_below_every_one_of_then()
    {
        var moment = new DateTimeOffset(2030, 1, 1, 12, 0, 0, 7, TimeSpan.Zero);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(TokenOrder.From(moment).CompareTo(Guid.CreateVersion7(moment)) < 0);
            Assert.True(TokenOrder.From(moment).CompareTo(Guid.CreateVersion7(moment.AddMilliseconds(-1))) > 0);
        }
    }

    [Fact]
    public void A_first_look_is_whole_and_so_is_one_after_the_node_was_forgotten()
    {
        Assert.Null(_held.Begin(Node).Since);
        Beat();
        Assert.NotNull(_held.Begin(Node).Since);
        _held.Forget(Node);
        Assert.Null(_held.Begin(Node).Since);
        Assert.Null(_holders.Begin().Since);
    }

    [Fact]
    public void The_next_look_begins_a_slack_before_the_last_one_and_knows_what_is_older()
    {
        var (old, young) = (Guid.CreateVersion7(_clock.Now.AddSeconds(-61)), Guid.CreateVersion7(_clock.Now.AddSeconds(-59)));
        var looked = _clock.Now;
        Beat(old, young);
        _clock.Advance(TimeSpan.FromSeconds(20));

        var next = _held.Begin(Node);

        Assert.Equal(TokenOrder.From(looked.AddSeconds(-60)), next.Since);
        Assert.Equal([old], next.Known);
    }

    [Fact]
    public void Once_a_minute_a_look_is_whole_however_many_partial_ones_there_were()
    {
        Beat();
        Watch();
        for (var second = 1; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.NotNull(_held.Begin(Node).Since);
            Assert.NotNull(_holders.Begin().Since);
            Beat();
            Watch();
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_held.Begin(Node).Since);
        Assert.Null(_holders.Begin().Since);
    }

    [Fact]
    public void A_node_that_is_seen_no_more_is_looked_for_by_its_name_for_a_minute()
    {
        var (other, token) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        Watch((Node, token), (other, null));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Watch((other, token));
        _clock.Advance(TimeSpan.FromSeconds(29));

        var next = _holders.Begin();
        Assert.Equal(new[] { (Node, token), (other, (Guid?)token) }.Order(), next.Nodes.Zip(next.Tokens).Order());

        _holders.End(next, [(other, null)]);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Watch((other, null));
        Assert.Equal([other], _holders.Begin().Nodes);
    }

    private void Beat(params Guid[] tokens) => _held.End(Node, _held.Begin(Node), tokens);

    private void Watch(params (Guid, Guid?)[] seen) => _holders.End(_holders.Begin(), seen);
}
