using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>In the good run both nodes of the members are taken over.</summary>
public sealed class NodeRulesSpec
{
    private const long Second = GoodRun.Second;

    private readonly GoodRun _run = new();

    [Fact]
    public void A_takeover_where_nobody_may_die_is_found()
    {
        _run.NodesMayDie = false;

        _run.Breaks("NobodyDies");
        Assert.Equal(2, Checker.Check(_run.Evidence).Count);
    }

    [Fact]
    public void A_node_that_did_not_get_to_say_that_it_lives_may_die_anywhere()
    {
        _run.NodesMayDie = false;
        _run.First.AddRange([new Fact(Note.Ticked, 10 * Second), new Fact(Note.Ticked, 12 * Second)]);
        _run.Breaks("NobodyDies");
        Assert.Single(Checker.Check(_run.Evidence)); // the other one
        _run.Other.AddRange([new Fact(Note.Ticked, 1 * Second), new Fact(Note.Ticked, 3 * Second)]);
        Assert.Single(Checker.Check(_run.Evidence)); // long before
        _run.Other.AddRange([new Fact(Note.Ticked, 13 * Second), new Fact(Note.Ticked, 14 * Second + Second / 2)]);

        _run.Breaks();
    }
}
