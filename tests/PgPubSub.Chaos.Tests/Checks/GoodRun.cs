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

    public GoodRun()
    {
        for (var i = 0; i < Events; i++)
        {
            Publisher.Add(new Fact(Note.Sent, i, Topic, Number(i)));
            Publisher.Add(new Fact(Note.Published, i + 1, Topic, Number(i), i, Id(i)));
            Log.Add(new LogRow(i, Id(i), Number(i), i));
        }

        Scene.AddRange([new Fact(Note.Started, 0, "member-1", 1), new Fact(Note.Started, 0, "member-2", 1), new Fact(Note.SteadyBegan, 0)]);
        Scene.AddRange([new Fact(Note.FaultBegan, FaultBegan), new Fact(Note.FaultEnded, FaultEnded), new Fact(Note.LoadEnded, 30 * Second)]);
        Handles(First, 0, 1, 1 * Second); // straight on
        Nacks(First, 1, 1, 1 * Second);
        Handles(Other, 1, 2, 2 * Second); // nacked before
        Gets(First, 2, 1, 1 * Second);
        Handles(Other, 2, 2, 4 * Second); // held past its deadline
        Gets(First, 3, 1, 11 * Second);
        Scene.Add(new Fact(Note.Killed, 12 * Second, "member-1", 1));
        Handles(Other, 3, 2, 13 * Second); // its process died
        Does(Other, Note.HandedOut, 4, 1, 14 * Second);
        Does(Other, Note.Acked, 4, 1, 14 * Second + 1);
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

    public long Leases { get; set; }

    public long Retries { get; set; }

    public Evidence Evidence => new(
        [new WorkerJournal("publisher-1", 1, Publisher), new WorkerJournal("member-1", 1, First), new WorkerJournal("member-2", 1, Other)],
        Scene, [new TopicTables(Topic, Log, Dead, Cursor, Leases, Retries)], new Limits(MaxAttempts: 5, TimeSpan.FromSeconds(2)));

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
}
