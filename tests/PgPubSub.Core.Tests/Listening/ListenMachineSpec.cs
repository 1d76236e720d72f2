using PgPubSub.Core.Listening;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Listening;

public sealed class ListenMachineSpec
{
    private static readonly Guid One = Events.IdOf(1);
    private static readonly Guid Two = Events.IdOf(2);
    private readonly ListenMachine _machine = new();

    [Fact]
    public void Without_a_node_no_line_is_opened()
    {
        _machine.Tick(Ms(0));

        Assert.Empty(_machine.Effects);
        Assert.Null(_machine.NextTick);
    }

    [Fact]
    public void A_line_that_opens_is_followed_by_a_catch_up()
    {
        _machine.Own(One, Ms(0));
        Assert.Equal<ListenEffect>([new ListenEffect.Open(One)], Effects());

        _machine.Opened(One, keepsLock: true, Ms(1));

        Assert.Equal<ListenEffect>([new ListenEffect.Presence(true), new ListenEffect.CatchUp(), new ListenEffect.Wait()], Effects());
    }

    [Fact]
    public void After_each_hint_it_waits_for_the_next()
    {
        Listen();

        _machine.Heard();

        Assert.Equal<ListenEffect>([new ListenEffect.Wait()], Effects());
    }

    [Fact]
    public void A_lost_line_gives_the_lock_up_says_so_once_and_is_opened_again_after_a_wait()
    {
        Listen();
        _machine.Failed(Ms(0));
        Assert.Equal<ListenEffect>([new ListenEffect.Close(), new ListenEffect.Presence(false), new ListenEffect.Outage(true)], Effects());
        Assert.Equal(Ms(50), _machine.NextTick);

        _machine.Tick(Ms(50));
        Assert.Equal<ListenEffect>([new ListenEffect.Open(One)], Effects());
        _machine.Failed(Ms(50));
        Assert.Empty(Effects());

        _machine.Tick(Ms(150));
        Effects();
        _machine.Opened(One, keepsLock: false, Ms(151));
        Assert.Equal<ListenEffect>(
            [new ListenEffect.Outage(false), new ListenEffect.Presence(false), new ListenEffect.CatchUp(), new ListenEffect.Wait()], Effects());
    }

    [Fact]
    public void A_new_id_gets_a_line_of_its_own()
    {
        Listen();

        _machine.Own(Two, Ms(1));

        Assert.Equal<ListenEffect>([new ListenEffect.Close(), new ListenEffect.Presence(false), new ListenEffect.Open(Two)], Effects());
    }

    [Fact]
    public void A_line_that_opens_for_an_id_that_was_lost_meanwhile_is_closed()
    {
        _machine.Own(One, Ms(0));
        _machine.Own(Two, Ms(1));
        Effects();

        _machine.Opened(One, keepsLock: true, Ms(2));

        Assert.Equal<ListenEffect>([new ListenEffect.Close(), new ListenEffect.Presence(false), new ListenEffect.Open(Two)], Effects());
    }

    [Fact]
    public void Without_an_id_the_line_is_closed_and_stays_so()
    {
        Listen();

        _machine.Own(null, Ms(1));
        _machine.Heard();
        _machine.Tick(Sec(9));

        Assert.Equal<ListenEffect>([new ListenEffect.Close(), new ListenEffect.Presence(false)], Effects());
        Assert.Null(_machine.NextTick);
    }

    [Fact]
    public void Behind_a_pooler_it_says_so_once_and_tries_again_only_under_a_new_id()
    {
        _machine.Own(One, Ms(0));
        Effects();
        _machine.Denied(One, Ms(1));
        Assert.Equal<ListenEffect>([new ListenEffect.Forgo()], Effects());
        _machine.Tick(Sec(9));
        Assert.Null(_machine.NextTick);

        _machine.Own(Two, Sec(9));
        _machine.Denied(Two, Sec(9));

        Assert.Equal<ListenEffect>([new ListenEffect.Open(Two)], Effects());
        Assert.Null(_machine.NextTick);
    }

    [Fact]
    public void An_outage_that_ends_at_a_pooler_is_over_and_a_later_one_is_told()
    {
        Listen();
        _machine.Failed(Ms(0));
        _machine.Tick(Ms(50));
        Effects();
        _machine.Denied(One, Ms(50));
        Assert.Equal<ListenEffect>([new ListenEffect.Forgo()], Effects());

        _machine.Own(Two, Ms(60));
        _machine.Failed(Ms(60));

        Assert.Equal<ListenEffect>([new ListenEffect.Open(Two), new ListenEffect.Outage(true)], Effects());
    }

    [Fact]
    public void Whoever_insists_takes_a_pooler_for_an_outage()
    {
        var machine = new ListenMachine(insists: true);
        machine.Own(One, Ms(0));
        machine.Denied(One, Ms(0));

        Assert.Equal<ListenEffect>([new ListenEffect.Open(One), new ListenEffect.Outage(true)], machine.Effects);
        Assert.Equal(Ms(50), machine.NextTick);
    }

    [Theory]
    [MemberData(nameof(Histories))]
    public void Whatever_happens_one_line_is_open_at_a_time_and_a_node_never_waits_longer_than_a_second_for_it(int seed)
    {
        var random = new Random(seed);
        var (now, node, opening, open, presence, outage, caughtUp, forgone) = (Ms(0), (Guid?)null, (Guid?)null, false, false, false, false, false);
        for (var i = 0; i < 500; i++)
        {
            switch (random.Next(6))
            {
                case 0 when random.Next(4) == 0:
                    node = random.Next(3) == 0 ? null : Events.IdOf(i + 1);
                    _machine.Own(node, now);
                    forgone = false;
                    break;
                case 1 when opening is { } denied && random.Next(5) == 0:
                    (opening, forgone) = (null, denied == node);
                    outage &= !forgone;
                    _machine.Denied(denied, now);
                    break;
                case 1 when opening is { } wanted:
                    (opening, open, caughtUp) = (null, true, false);
                    _machine.Opened(wanted, random.Next(2) == 0, now);
                    break;
                case 2 when opening is not null || open:
                    opening = null;
                    _machine.Failed(now);
                    break;
                case 3 when open:
                    _machine.Heard();
                    break;
                case 4:
                    now += Ms(random.Next(300));
                    if (_machine.NextTick <= now)
                        _machine.Tick(now);
                    Assert.True(_machine.NextTick is not { } next || next > now, "a tick leaves the next one in the past");
                    break;
            }

            foreach (var effect in Effects())
            {
                switch (effect)
                {
                    case ListenEffect.Open e:
                        Assert.True(opening is null && !open && e.Node == node);
                        opening = e.Node;
                        break;
                    case ListenEffect.Close:
                        Assert.True(open);
                        open = false;
                        break;
                    case ListenEffect.Presence e:
                        presence = e.Held;
                        break;
                    case ListenEffect.CatchUp:
                        caughtUp = true;
                        break;
                    case ListenEffect.Wait:
                        Assert.True(open && caughtUp);
                        break;
                    case ListenEffect.Outage e:
                        Assert.NotEqual(outage, e.Begins);
                        outage = e.Begins;
                        break;
                }
            }

            Assert.True(open || !presence, "the lock is said to be held on a line that is closed");
            Assert.True(node is null || open || opening is not null || forgone || _machine.NextTick <= now + Sec(1), "a node waits for nothing");
        }
    }

    public static TheoryData<int> Histories() => Seeds.Up(100);

    private void Listen()
    {
        _machine.Own(One, Ms(0));
        _machine.Opened(One, keepsLock: true, Ms(0));
        Effects();
    }

    private ListenEffect[] Effects()
    {
        var effects = _machine.Effects.ToArray();
        _machine.Effects.Clear();
        return effects;
    }
}
