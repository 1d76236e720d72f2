using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>What one private subscriber was told and given, from where it began until it ended: each event once and in order, or that it was lost.</summary>
internal sealed class PrivateJournal(World world, Terms terms, Journal journal, TopicRow topic, Process process, PrivateTerms asked)
{
    private readonly LogJournal _log = journal.Log;
    private readonly Dictionary<long, Reading> _readings = [];
    private readonly List<PrivateAnswer> _answers = [];
    private long _floorThen, _tailThen, _start, _next;
    private Guid? _shield; // the node under whose id a mark of it is committed

    public Process Process => process;

    public bool IsOpen { get; private set; }

    /// <summary>Whether it is over: it left, its actor or its process is no more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Whether all that is there has come to it, or it was told that it is lost.</summary>
    public bool IsDone => HasEnded || (IsOpen && _answers.TrueForAll(answer => answer.IsTold) && Wanted().All(offset => Of(offset).IsOver));

    /// <summary>The offset after the last that it was given or passed over.</summary>
    public long Reached => _next;

    /// <summary>What is not at its end.</summary>
    public string Left =>
        !IsOpen ? $"{this} is not open" : $"{this} has not come to the end of {string.Join(", ", Wanted().Where(offset => !Of(offset).IsOver).Take(5).Select(offset => $"{offset} ({Of(offset).Stage})"))}";

    /// <summary>It asks where it begins.</summary>
    public void Asks() => (_floorThen, _tailThen) = (topic.Log.Floor, topic.Log.Tail);

    /// <summary>It is told where it begins, and what of that is lost already; a mark of it is committed under a node's id.</summary>
    public void Opened(Guid node, long position)
    {
        var floor = topic.Log.Floor;
        world.Met(asked.From is StartFrom.AtLatest ? Hazard.BeginAtLatest : asked.From is StartFrom.AtEarliest ? Hazard.BeginAtEarliest : Hazard.BeginAtOffset);
        Check.That(!HasEnded && !IsOpen, "R3", () => $"{this} begins and was begun, or is over");
        var (least, most) = asked.From switch
        {
            StartFrom.AtEarliest => (_floorThen, floor),
            StartFrom.AtLatest => (_tailThen, topic.Log.Tail),
            StartFrom.AtOffset at => (Math.Max(at.Value, _floorThen), Math.Max(at.Value, floor)),
            _ => throw new NotSupportedException(),
        };
        Check.That(position >= least && position <= most, "R8", () => $"{this} begins at {position}, and from {least} to {most} is right");
        IsOpen = true;
        _start = _next = asked.From is StartFrom.AtOffset wanted ? Math.Min(wanted.Value, position) : position;
        Shield(node);
    }

    /// <summary>A mark of it is committed under a node's id.</summary>
    public void Shield(Guid node) => _shield = journal.HasEnded(node) ? _shield : node;

    /// <summary>A node's row and its marks are gone.</summary>
    public void NodeEnded(Guid node) => _shield = _shield == node ? null : _shield;

    public Reading HandedOut(Item item)
    {
        var offset = item.Event.Offset;
        Check.That(!HasEnded && IsOpen, "R3", () => $"{this} is given {offset}, and it is over or not begun");
        Check.That(_log.Has(offset, item.Event.Id), "R2", () => $"{this} is given something as {offset} that was not committed there");
        Check.That(offset >= _start && Wants(offset), "R3", () => $"{this} is given {offset}, which it does not want");
        var reading = Of(offset);
        Check.That(item.Attempt <= terms.Rules.Retry.MaxAttempts, "R7", () => $"{reading} is handed out for the {item.Attempt}th time");
        Check.That(item.Attempt == reading.Attempt + 1, "R3", () => $"{reading} is handed out as number {item.Attempt} after number {reading.Attempt}");
        if (item.Attempt == 1)
            First(reading);
        else
            Check.That(reading.Stage is Stage.Failed, "R3", () => $"{reading} is handed out again, and it was {reading.Stage}");
        (reading.Stage, reading.Attempt) = (Stage.Out, item.Attempt);
        return reading;
    }

    /// <summary>It is told that a part of history is lost.</summary>
    public void Lost(long lostFrom, long to)
    {
        world.Met(Hazard.GapTold);
        Check.That(!HasEnded && lostFrom < to && lostFrom >= _start, "R8", () => $"{this} was told of a gap from {lostFrom} to {to}");
        for (var offset = lostFrom; offset < to; offset++)
        {
            var reading = Of(offset);
            Check.That(offset < topic.Log.Floor, "R8", () => $"{this} was told of a gap at {offset}, which is still there");
            Check.That(reading.Stage is Stage.Unread, "R8", () => $"{this} was told of a gap at {offset}, which is {reading.Stage}");
            reading.Stage = Stage.Lost;
        }
    }

    /// <summary>No log of these histories is ever rewound.</summary>
    public void Rewound(long to) => Check.Fail("R2", $"{this} was told that history was rewound to {to}");

    public void Failed(Reading reading) => reading.Stage = terms.Rules.Retry.Exhausted(reading.Attempt) ? Stage.Burying : Stage.Failed;

    /// <summary>A dead letter is committed, unless history has taken the event.</summary>
    public void Buried(long offset)
    {
        var reading = Of(offset);
        Check.That(HasEnded || reading.Stage is Stage.Burying or Stage.Settled, "R7", () => $"{reading} was buried, and it was {reading.Stage}");
        Check.That(Letters(offset) == 1 || offset < topic.Log.Floor, "R7", () => $"{reading} was buried and there are {Letters(offset)} dead letters of it");
        reading.Stage = Stage.Settled;
    }

    public void Asked(PrivateAnswer answer) => _answers.Add(answer);

    public void Told(PrivateAnswer answer, AnswerOutcome outcome)
    {
        Check.That(!answer.IsTold, "R6", () => $"whoever answered {answer.Reading} was told twice");
        answer.IsTold = true;
        Check.That(outcome is not AnswerOutcome.Committed || !answer.WasOver, "R5", () => $"a late answer to {answer.Reading} was confirmed");
        Check.That(
            outcome is not AnswerOutcome.Committed || !answer.IsBurial || answer.Reading.Stage is Stage.Settled, "R6",
            () => $"the burial of {answer.Reading} was confirmed and is not committed");
    }

    /// <summary>Retention has taken what was there before: nothing that it needs, as long as a mark of it stands.</summary>
    public void Trimmed(long before, long floor, bool isForced)
    {
        if (!IsOpen || HasEnded || _shield is null || isForced)
            return;
        for (var offset = Math.Max(before, _start); offset < floor; offset++)
            Check.That(!Wants(offset) || Of(offset).IsOver, "R8", () => $"{offset} was taken before {this} was through with it");
    }

    /// <summary>Its actor crashed and comes back from there on.</summary>
    public void ComesBackFrom(long low)
    {
        for (var offset = _start; IsOpen && offset < Math.Min(low, _log.Tail); offset++)
            Check.That(!Wants(offset) || Of(offset).IsOver, "R3", () => $"{this} comes back from {low}, and it was not through with {offset}");
    }

    public void End() => HasEnded = true;

    /// <summary>All is drained.</summary>
    public void Judge()
    {
        foreach (var offset in IsOpen && !HasEnded ? Wanted() : [])
        {
            var reading = Of(offset);
            Check.That(reading.IsOver, "R8", () => $"{reading} never came and was not told as lost");
        }

        foreach (var offset in _readings.Keys)
            Check.That(Letters(offset) <= 1, "R7", () => $"there are {Letters(offset)} dead letters of {offset} for {this}");
    }

    public override string ToString() => asked.Name;

    // What lies between the first hand-outs is not wanted or was told as lost.
    private void First(Reading reading)
    {
        Check.That(reading.Stage is Stage.Unread, "R8", () => $"{reading} is handed out, and it was {reading.Stage}");
        Check.That(reading.Offset >= _next, "R3", () => $"{reading} is handed out after {_next - 1}");
        for (; _next < reading.Offset; _next++)
        {
            if (!Wants(_next))
                world.Met(Hazard.PassedOver);
            Check.That(!Wants(_next) || Of(_next).IsOver, _next < topic.Log.Floor ? "R8" : "R3", () => $"{Of(_next)} was passed over before {reading.Offset}");
        }

        _next++;
    }

    private IEnumerable<long> Wanted()
    {
        for (var offset = _start; offset < _log.Tail; offset++)
        {
            if (Wants(offset))
                yield return offset;
        }
    }

    private bool Wants(long offset) => asked.Wanted is null || _log.TypeOf(offset) == asked.Wanted;

    private int Letters(long offset) => topic.DeadLetters.That(new DeadLetterFilter(topic.Id) { Subscriber = asked.Name }).Count(letter => letter.Letter.Event.Offset == offset);

    private Reading Of(long offset)
    {
        if (!_readings.TryGetValue(offset, out var reading))
            _readings.Add(offset, reading = new Reading(this, offset));
        return reading;
    }
}
