using System.Globalization;
using PgPubSub.Chaos.Journals;

namespace PgPubSub.Chaos.Checks;

/// <summary>Everything that a check looks at.</summary>
/// <param name="Workers">The journal of each start of each worker.</param>
/// <param name="Scene">What happened to the scene and its workers.</param>
/// <param name="Topics">The tables at the end, by topic.</param>
/// <param name="Limits">What the group's rules say.</param>
internal sealed record Evidence(IReadOnlyList<WorkerJournal> Workers, IReadOnlyList<Fact> Scene, IReadOnlyList<TopicTables> Topics, Limits Limits)
{
    /// <summary>When something first went wrong; never, where nothing did.</summary>
    public long FaultBegan => Scene.FirstOrDefault(fact => fact.What is Note.FaultBegan)?.At ?? long.MaxValue;

    /// <summary>When nothing went wrong any more.</summary>
    public long FaultEnded => Scene.FirstOrDefault(fact => fact.What is Note.FaultEnded)?.At ?? long.MaxValue;
}

/// <summary>What one process wrote down.</summary>
/// <param name="Worker">The worker's name.</param>
/// <param name="Start">The number of the start.</param>
/// <param name="Facts">In the order in which they were written.</param>
internal sealed record WorkerJournal(string Worker, long Start, IReadOnlyList<Fact> Facts)
{
    /// <summary>Reads "member-1.2.journal".</summary>
    public static WorkerJournal Of(string path) => Path.GetFileName(path).Split('.') is [var worker, var start, _]
        ? new WorkerJournal(worker, long.Parse(start, CultureInfo.InvariantCulture), Journal.Read(path))
        : throw new ArgumentException($"{path} is not named as a worker's journal.", nameof(path));
}

/// <summary>What the tables hold of a topic and of the group's place in it.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Log">Its events by offset.</param>
/// <param name="Dead">The group's dead letters.</param>
/// <param name="Cursor">How far the group has claimed.</param>
/// <param name="Leases">Leases that are left.</param>
/// <param name="Retries">Retries that are left.</param>
internal sealed record TopicTables(string Topic, IReadOnlyList<LogRow> Log, IReadOnlyList<DeadRow> Dead, long Cursor, long Leases, long Retries);

/// <summary>An event in the log.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Number">Its number, as its publisher gave it.</param>
/// <param name="PublishedAt">When, by the server's clock, in microseconds.</param>
internal sealed record LogRow(long Offset, Guid EventId, long Number, long PublishedAt);

/// <summary>A dead letter.</summary>
/// <param name="Offset">The event's offset.</param>
/// <param name="Attempts">Hand-outs that counted.</param>
internal sealed record DeadRow(long Offset, int Attempts);

/// <summary>The group's rules, and its nodes'.</summary>
/// <param name="MaxAttempts">Hand-outs until an event is buried.</param>
/// <param name="AckDeadline">How long a member may hold it.</param>
/// <param name="TimeToLive">How long a node hands out without having said that it lives.</param>
/// <param name="WarmAfter">A process that has got so many events is warm; before that even its own runtime keeps it waiting.</param>
/// <param name="NodesMayDie">Whether what goes wrong may be the death of a node.</param>
internal sealed record Limits(int MaxAttempts, TimeSpan AckDeadline, TimeSpan TimeToLive, int WarmAfter, bool NodesMayDie);
