using PgPubSub.Core.Nodes;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Nodes;

public sealed class NodeJudgeSpec
{
    private static readonly Guid Other = Events.IdOf(1);
    private readonly NodeJudge _judge = new(timeToLive: Sec(15), grace: Sec(1), settling: Sec(5));
    private TimeSpan _now = Sec(1_000);

    [Fact]
    public void A_beat_that_stands_still_for_the_time_to_live_is_a_death()
    {
        Watch(_ => Locked("a"), Sec(15));

        Assert.NotEmpty(Look(Locked("a")));
    }

    [Fact]
    public void While_the_lock_is_held_only_the_time_to_live_counts() => Watch(_ => Locked("a"), Sec(14));

    [Fact]
    public void Without_its_lock_a_node_whose_beat_stands_still_for_the_grace_is_dead()
    {
        Watch(i => Locked($"{i}"), Sec(6));
        Assert.Empty(Look(Unlocked("x")));
        Watch(_ => Unlocked("x"), Ms(750));

        Assert.NotEmpty(Look(Unlocked("x")));
    }

    [Fact]
    public void Without_its_lock_a_node_that_beats_lives() => Watch(i => Unlocked($"{i}"), Sec(60));

    [Fact]
    public void A_lock_that_is_back_starts_the_grace_anew()
    {
        Watch(i => Locked($"{i}"), Sec(6));
        Watch(_ => Unlocked("x"), Ms(750));
        Watch(_ => Locked("x"), Ms(500));

        Watch(_ => Unlocked("x"), Sec(1));
    }

    [Fact]
    public void A_node_that_keeps_no_lock_is_judged_by_its_beats_alone()
    {
        Watch(_ => Lockless("a"), Sec(15));

        Assert.NotEmpty(Look(Lockless("a")));
    }

    [Fact]
    public void Nobody_is_judged_before_this_node_has_looked_for_a_while()
    {
        Watch(_ => Unlocked("a"), Sec(5));

        Assert.NotEmpty(Look(Unlocked("a")));
    }

    [Fact]
    public void After_a_failed_look_everything_is_looked_at_afresh()
    {
        Watch(_ => Locked("a"), Sec(14));
        _judge.Blink();

        Watch(_ => Locked("a"), Sec(15));
    }

    [Fact]
    public void A_look_that_hung_while_all_beats_stood_still_is_nobodys_death()
    {
        Watch(i => Locked($"{i}"), Sec(10));
        Look(Unlocked("x"));
        _now += Sec(30);

        Assert.Empty(Look(Unlocked("x")));
        Watch(i => Locked($"after {i}"), Sec(20));
    }

    [Fact]
    public void Leases_without_a_node_are_taken_over_after_the_grace()
    {
        Watch(i => Locked($"{i}"), Sec(6));
        var rowless = new NodeSighting(Events.IdOf(7), "", null, KeepsLock: false, LockHeld: false, HoldsLeases: true);
        Watch(_ => rowless, Sec(1));

        Assert.Equal(rowless, Assert.Single(Look(rowless)));
    }

    [Fact]
    public void A_node_that_was_gone_and_comes_back_is_new()
    {
        Watch(_ => Locked("a"), Sec(14));
        Look();

        Watch(_ => Locked("a"), Sec(15));
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void A_node_that_beats_in_time_is_never_called_dead_and_a_silent_one_always_is(int seed)
    {
        var random = new Random(seed);
        var (beatAt, beat, keeps, locked) = (_now, 0, random.Next(3) > 0, true);
        for (var i = 0; i < 1_500; i++)
        {
            var wait = random.Next(400) == 0 ? Sec(random.Next(1, 40)) : Ms(random.Next(100, 400));
            _now += wait;
            if (random.Next(200) == 0)
                _judge.Blink();
            if (random.Next(60) == 0)
                locked = !locked;
            // A living node beats every five seconds, and once its lock is gone several times a second; a long wait is an outage for it too.
            if (wait >= Sec(5) || _now - beatAt >= (locked || !keeps ? Sec(5) : Ms(400)))
                (beatAt, beat) = (_now, beat + 1);

            Assert.Empty(_judge.Look([new NodeSighting(Other, "other", $"{beat}", keeps, keeps && locked, true)], _now));
        }

        for (var left = Sec(21); left > TimeSpan.Zero; left -= Ms(250))
        {
            _now += Ms(250);
            if (_judge.Look([new NodeSighting(Other, "other", $"{beat}", keeps, keeps && locked, true)], _now).Count > 0)
                return;
        }

        Assert.Fail("a silent node is never called dead");
    }

    public static TheoryData<int> Histories() => Seeds.Up(60);

    private static NodeSighting Locked(string beat) => new(Other, "other", beat, KeepsLock: true, LockHeld: true, HoldsLeases: true);

    private static NodeSighting Unlocked(string beat) => Locked(beat) with { LockHeld = false };

    private static NodeSighting Lockless(string beat) => Locked(beat) with { KeepsLock = false, LockHeld = false };

    // Four looks a second, and nobody dies.
    private void Watch(Func<int, NodeSighting> sight, TimeSpan time)
    {
        for (var i = 0; i * 250 < time.TotalMilliseconds; i++)
            Assert.Empty(Look(sight(i)));
    }

    private IReadOnlyList<NodeSighting> Look(params NodeSighting[] sightings)
    {
        var dead = _judge.Look(sightings, _now);
        _now += Ms(250);
        return dead;
    }
}
