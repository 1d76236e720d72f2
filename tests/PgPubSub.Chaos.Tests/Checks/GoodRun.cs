using PgPubSub.Chaos.Checks;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Tests.Checks;

/// <summary>The evidence of a run in which something went wrong and no rule was broken; specs plant a breach in it.</summary>
internal sealed class GoodRun
{
    public const string Topic = "orders";

    public const long Second = 1_000_000;

    private const int Events = 6;

    /// <summary>When the fault begins and ends.</summary>
    public const long FaultBegan = 10 * Second, FaultEnded = 20 * Second;

    private static readonly Guid FirstNode = Guid.NewGuid(), OtherNode = Guid.NewGuid(), NewNode = Guid.NewGuid();

    public GoodRun()
    {
        for (var i = 0; i < Events; i++)
        {
            Publisher.Add(new Fact(Note.Sent, i, Topic, Number(i)));
            Publisher.Add(new Fact(Note.Published, i + 1, Topic, Number(i), i, Id(i)));
            Log.Add(new LogRow(i, Id(i), Number(i), i));
        }

        Scene.AddRange([new Fact(Note.Started, 0, "member-1", 1), new Fact(Note.Started, 0, "member-2", 1), new Fact(Note.SteadyBegan, 0)]);
        Lives("member-1", FirstNode, 0);
        Lives("member-2", OtherNode, 0);
        Scene.AddRange([new Fact(Note.FaultBegan, FaultBegan), new Fact(Note.FaultEnded, FaultEnded), new Fact(Note.LoadEnded, 30 * Second)]);
        Handles(First, 0, 1, 1 * Second); // straight on
        Nacks(First, 1, 1, 1 * Second);
        Handles(Other, 1, 2, 2 * Second); // nacked before
        Gets(First, 2, 1, 1 * Second);
        Handles(Other, 2, 2, 4 * Second); // held past its deadline
        Gets(First, 3, 1, 11 * Second);
        Scene.Add(new Fact(Note.Killed, 12 * Second, "member-1", 1));
        IsLost("member-1", FirstNode, 13 * Second - 2);
        Handles(Other, 3, 2, 13 * Second); // its process died
        Does(Other, Note.HandedOut, 4, 1, 14 * Second);
        Does(Other, Note.Acked, 4, 1, 14 * Second + 1);
        IsLost("member-2", OtherNode, 15 * Second - 3);
        Lives("member-2", NewNode, 15 * Second - 1);
        Handles(Other, 4, 2, 15 * Second); // the confirmation was lost
        Does(Other, Note.HandedOut, 5, 1, 16 * Second);
        Does(Other, Note.Buried, 5, 1, 16 * Second + 1);
        Does(Other, Note.OtherConfirmed, 5, 1, 16 * Second + 2);
        Dead.Add(new DeadRow(5, 1));
    }

    public List<Fact> Publisher { get; } = [];

    public List<Fact> First { get; } = [];

    public List<Fact> Other { get; } = [];

    public List<Fact> Scene { get; } = [];

    public List<LogRow> Log { get; } = [];

    public List<DeadRow> Dead { get; } = [];

    public long Cursor { get; set; } = Events;

    public int WarmAfter { get; set; }

    public bool NodesMayDie { get; set; } = true;

    public long Leases { get; set; }

    public long Retries { get; set; }

    public Evidence Evidence => new(
        [new WorkerJournal("publisher-1", 1, Publisher), new WorkerJournal("member-1", 1, First), new WorkerJournal("member-2", 1, Other)],
        Scene, [new TopicTables(Topic, Log, Dead, Cursor, Leases, Retries)], new Limits(MaxAttempts: 5, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), WarmAfter, NodesMayDie));

    public static long Number(long offset) => 100 + offset;

    public static Guid Id(long offset) => new((int)offset + 1, 0, 0, new byte[8]);

    public static void Gets(List<Fact> member, long offset, int attempt, long at) => Does(member, Note.HandedOut, offset, attempt, at);

    public static void Nacks(List<Fact> member, long offset, int attempt, long at)
    {
        Gets(member, offset, attempt, at);
        Does(member, Note.Nacked, offset, attempt, at + 1);
        Does(member, Note.OtherConfirmed, offset, attempt, at + 2);
    }

    public static void Handles(List<Fact> member, long offset, int attempt, long at)
    {
        Gets(member, offset, attempt, at);
        Does(member, Note.Acked, offset, attempt, at + 1);
        Does(member, Note.AckConfirmed, offset, attempt, at + 2);
    }

    public static void Does(List<Fact> member, Note what, long offset, int attempt, long at) =>
        member.Add(new Fact(what, at, Topic, Number(offset), offset, Id(offset), attempt));

    /// <summary>A node's row appears.</summary>
    public void Lives(string worker, Guid node, long at) => Scene.Add(new Fact(Note.NodeAppeared, at, worker, EventId: node));

    /// <summary>A node's row is gone.</summary>
    public void IsLost(string worker, Guid node, long at) =>
        Scene.AddRange([new Fact(Note.NodeStood, at - 1, worker, EventId: node), new Fact(Note.NodeGone, at + 1, worker, EventId: node)]);

    /// <summary>No node was taken over.</summary>
    public void TakeNoNodesOver() => Scene.RemoveAll(fact => fact.What is Note.NodeStood or Note.NodeGone);

    /// <summary>An event that somebody handled, and that the group has claimed.</summary>
    public void Store(long offset, long number, Guid id)
    {
        Log.Add(new LogRow(offset, id, number, 20));
        Cursor = Log.Count;
        foreach (var (what, at) in new[] { (Note.HandedOut, 1L), (Note.Acked, 2L), (Note.AckConfirmed, 3L) })
            First.Add(new Fact(what, at, Topic, number, offset, id, 1));
    }

    /// <summary>These rules are broken, and no others.</summary>
    public void Breaks(params string[] rules) =>
        Assert.Equal(rules.Order(), Checker.Check(Evidence).Select(breach => breach.Split(':')[0]).Distinct().Order());
}
