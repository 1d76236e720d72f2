using PgPubSub.Core.Nodes;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Nodes;

public sealed class NodeMachineSpec
{
    private static readonly Guid One = Events.IdOf(1);
    private static readonly Guid Two = Events.IdOf(2);
    private static readonly HashSet<Guid> NoTokens = [];
    private readonly NodeMachine _machine = new(beatEvery: Sec(5), timeToLive: Sec(15));

    [Fact]
    public void It_registers_and_then_beats()
    {
        Assert.Equal(Ms(0), _machine.NextTick);
        _machine.Tick(Ms(0));
        Assert.Equal<NodeEffect>([new NodeEffect.Register()], Effects());

        _machine.Registered(One, Ms(3));
        Assert.Equal<NodeEffect>([new NodeEffect.Become(One)], Effects());
        Assert.Equal(Sec(5), _machine.NextTick);

        _machine.Tick(Sec(5));
        Assert.Equal<NodeEffect>([new NodeEffect.Beat(One)], Effects());
    }

    [Fact]
    public void One_call_is_under_way_at_a_time()
    {
        Live();
        _machine.Tick(Sec(5));
        Effects();

        _machine.Tick(Sec(9));
        _machine.BeatAtOnce(Sec(9));

        Assert.Empty(Effects());
    }

    [Fact]
    public void A_failed_beat_is_repeated_and_never_waits_longer_than_a_second()
    {
        Live();
        _machine.Tick(Sec(5));
        var now = Sec(5);
        for (var i = 0; i < 30; i++)
        {
            _machine.BeatFailed(now);
            Assert.InRange(_machine.NextTick!.Value, now, now + Sec(1));
            now = _machine.NextTick.Value;
            _machine.Tick(now);
        }
    }

    [Fact]
    public void Without_a_confirmed_beat_for_the_time_to_live_nothing_is_handed_out()
    {
        Live();
        _machine.Tick(Sec(5));
        Effects();
        _machine.Tick(Sec(15) - Ms(1));
        Assert.Empty(Effects());

        _machine.Tick(Sec(15));
        Assert.Equal<NodeEffect>([new NodeEffect.Suspend(true)], Effects());
        Assert.Null(_machine.NextTick);
    }

    [Fact]
    public void A_beat_counts_from_when_it_was_sent()
    {
        Live();
        _machine.Tick(Sec(5));
        _machine.Tick(Sec(15));
        Effects();

        _machine.Beaten([], NoTokens, Sec(21));

        Assert.Equal<NodeEffect>([new NodeEffect.Beat(One)], Effects());
        _machine.Beaten([], NoTokens, Sec(22));
        Assert.Equal<NodeEffect>([new NodeEffect.Suspend(false)], Effects());
    }

    [Fact]
    public void Whose_row_is_gone_has_lost_everything_before_it_goes_on_under_a_new_id()
    {
        Live();
        _machine.Tick(Sec(5));
        _machine.Tick(Sec(15));
        Effects();

        _machine.Beaten(null, NoTokens, Sec(16));
        _machine.Registered(Two, Sec(17));

        Assert.Equal<NodeEffect>(
            [new NodeEffect.Become(null), new NodeEffect.Register(), new NodeEffect.Suspend(false), new NodeEffect.Become(Two)], Effects());
    }

    [Fact]
    public void A_node_that_lost_its_lock_beats_at_once()
    {
        Live();

        _machine.BeatAtOnce(Sec(1));

        Assert.Equal<NodeEffect>([new NodeEffect.Beat(One)], Effects());
    }

    [Fact]
    public void A_lock_that_is_lost_during_a_beat_is_told_by_another_beat_right_after()
    {
        Live();
        _machine.Tick(Sec(5));
        Effects();

        _machine.BeatAtOnce(Sec(6));
        _machine.Beaten([], NoTokens, Sec(7));

        Assert.Equal<NodeEffect>([new NodeEffect.Beat(One)], Effects());
        _machine.Beaten([], NoTokens, Sec(8));
        Assert.Empty(Effects());
    }

    [Fact]
    public void What_nobody_here_knows_goes_back_after_two_beats()
    {
        var (known, stranger) = (Events.IdOf(8), Events.IdOf(9));
        Live();

        Beat(Sec(5), [known, stranger], [known]);
        Assert.Empty(Effects());
        Beat(Sec(10), [known, stranger], [known]);

        Assert.Equal([stranger], Assert.IsType<NodeEffect.ReturnOrphans>(Assert.Single(Effects())).Tokens);
    }

    [Fact]
    public void What_becomes_known_or_is_gone_at_the_second_beat_stays()
    {
        var (late, gone) = (Events.IdOf(8), Events.IdOf(9));
        Live();

        Beat(Sec(5), [late, gone], []);
        Beat(Sec(10), [late], [late]);
        Beat(Sec(15), [late, gone], [late]);

        Assert.Empty(Effects());
    }

    [Fact]
    public void What_was_strange_under_an_old_id_is_forgotten_with_it()
    {
        var stranger = Events.IdOf(9);
        Live();
        Beat(Sec(5), [stranger], []);
        _machine.Tick(Sec(10));
        _machine.Beaten(null, NoTokens, Sec(10));
        _machine.Registered(Two, Sec(10));
        Effects();

        Beat(Sec(15), [stranger], []);

        Assert.Empty(Effects());
    }

    private void Live()
    {
        _machine.Tick(Ms(0));
        _machine.Registered(One, Ms(0));
        Effects();
    }

    private void Beat(TimeSpan now, Guid[] tokens, HashSet<Guid> known)
    {
        _machine.Tick(now);
        Assert.IsType<NodeEffect.Beat>(Assert.Single(Effects()));
        _machine.Beaten(tokens, known, now);
    }

    private NodeEffect[] Effects()
    {
        var effects = _machine.Effects.ToArray();
        _machine.Effects.Clear();
        return effects;
    }
}
