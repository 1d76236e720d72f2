using PgPubSub.Core.Nodes;
using static PgPubSub.Core.Tests.Times;

namespace PgPubSub.Core.Tests.Nodes;

/// <summary>A node's life against a table of nodes that others delete rows from, with calls that fail, hang and lose their replies.</summary>
public sealed class NodeHistorySpec
{
    private static readonly TimeSpan TimeToLive = Sec(15);

    [Theory]
    [MemberData(nameof(Histories))]
    public void A_node_hands_out_only_under_an_id_whose_beat_was_written_within_the_time_to_live(int seed)
    {
        var random = new Random(seed);
        var machine = new NodeMachine(Sec(5), TimeToLive);
        var (now, rows) = (Sec(100), new Dictionary<Guid, TimeSpan>());
        var (id, suspended, names) = ((Guid?)null, false, 0);
        var (call, sentAt) = ((NodeEffect?)null, now);
        for (var i = 0; i < 2_000; i++)
        {
            switch (random.Next(5))
            {
                case 0 when call is not null:
                    Answer();
                    break;
                case 1:
                    now += random.Next(20) == 0 ? Sec(random.Next(20)) : Ms(random.Next(500));
                    break;
                case 2 when random.Next(20) == 0:
                    foreach (var stale in rows.Where(r => now - r.Value >= TimeToLive).ToArray())
                        rows.Remove(stale.Key);
                    break;
                case 3 when random.Next(20) == 0:
                    machine.BeatAtOnce(now);
                    break;
            }

            Perform();
            if (machine.NextTick <= now)
                machine.Tick(now);
            Perform();
            Assert.True(machine.NextTick is not { } next || next > now, "a tick leaves the next one in the past");
            Assert.True(machine.NextTick is not { } wait || call is not null || wait <= now + Sec(5), "a node forgets to beat");
            if (id is { } mine && !suspended)
                Assert.True(rows.TryGetValue(mine, out var seen) && now - seen < TimeToLive, "it hands out though others may have taken over");
        }

        void Answer()
        {
            var (asked, fate, written) = (call!, random.Next(6), random.Next(2) == 0 ? sentAt : now);
            call = null;
            if (asked is NodeEffect.Register)
            {
                var made = Events.IdOf(++names);
                if (fate != 0)
                    rows.Add(made, written);
                if (fate < 2)
                    machine.RegisterFailed(now);
                else
                    machine.Registered(made, now);
                return;
            }

            var node = ((NodeEffect.Beat)asked).Node;
            var there = rows.ContainsKey(node);
            if (fate != 0 && there)
                rows[node] = written;
            if (fate < 2)
                machine.BeatFailed(now);
            else
                machine.Beaten(there ? [] : null, new HashSet<Guid>(), now);
        }

        void Perform()
        {
            foreach (var effect in machine.Effects)
            {
                switch (effect)
                {
                    case NodeEffect.Become e:
                        Assert.True(e.Node is null || (id is null && e.Node != id));
                        id = e.Node;
                        break;
                    case NodeEffect.Suspend e:
                        Assert.NotEqual(suspended, e.Suspended);
                        suspended = e.Suspended;
                        Assert.True(suspended || id is null || rows.ContainsKey(id.Value), "it goes on though its row is gone");
                        break;
                    default:
                        Assert.Null(call);
                        (call, sentAt) = (effect, now);
                        break;
                }
            }

            machine.Effects.Clear();
        }
    }

    public static TheoryData<int> Histories() => Seeds.Up(150);
}
