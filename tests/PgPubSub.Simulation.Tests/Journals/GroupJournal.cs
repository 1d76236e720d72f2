using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>What became of each event for one group.</summary>
internal sealed class GroupJournal
{
    private readonly World _world;
    private readonly TopicRow _topic;
    private readonly GroupRow _row;
    private readonly List<Answer> _answers = [];
    private readonly GroupLedger _ledger;
    private readonly SettleJudge _settlements;
    private readonly HandOutJudge _handOuts;
    private long _generation, _position;

    public GroupJournal(World world, Terms terms, TopicRow topic, GroupRow row, LogJournal log)
    {
        (_world, _topic, _row) = (world, topic, row);
        (_generation, _position) = (row.Generation, row.Position);
        _ledger = new GroupLedger(world, terms, topic, row, log);
        _settlements = new SettleJudge(world, terms, topic, _ledger);
        _handOuts = new HandOutJudge(terms, _ledger);
    }

    public GroupRow Row => _row;

    /// <summary>Whether everybody who asked has heard what became of his answer.</summary>
    public bool EverybodyIsTold => _answers.TrueForAll(answer => answer.IsTold);

    /// <summary>What is not at its end.</summary>
    public string Left(long tail) =>
        $"group {_row.Key.Subscription} stands at {_row.Position} of {tail} with {_row.Leases.Count} leases, {_row.Retries.Waiting} retries and {_row.Retries.Claimed} in hand"
        + string.Concat(_answers.Where(answer => !answer.IsTold).Select(answer => $", {answer.HandOut} waits for its answer"));

    public void Asked(Answer answer) => _answers.Add(answer);

    public void Claimed(Guid node, ClaimedPage page)
    {
        Look();
        for (var offset = page.From; offset < page.Lo && !_row.Paused; offset++)
            _ledger.Of(offset).IsGone = true;
        if (page.IsEmpty)
            return;
        var claim = _ledger.Add(node, page.Token, isSuspect: false);
        for (var offset = page.Lo; offset < page.Hi; offset++)
            _ledger.Own(claim, offset, attempts: 0);
    }

    public void RetriesClaimed(Guid node, Guid token, ClaimedRetries claimed, bool suspects)
    {
        Look();
        if (claimed.IsEmpty)
            return;
        if (suspects)
            _world.Met(Hazard.Suspect);
        _world.Met(Hazard.Retry);
        var claim = _ledger.Add(node, token, suspects);
        foreach (var retry in claimed.Retries)
            _ledger.Own(claim, retry.Event.Offset, retry.Attempts);
        foreach (var lost in claimed.Lost)
        {
            _ledger.Own(claim, lost, attempts: 0);
            _ledger.Of(lost).IsGone = true;
        }
    }

    public void Settled(Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries, SettleResult result)
    {
        Look();
        _settlements.Settled(node, leases, retries, result);
    }

    /// <summary>A node's row is gone: what it held is nobody's, and where it was the one suspect with its last attempt, it is buried.</summary>
    public void NodeEnded(Guid node, string how)
    {
        Look();
        foreach (var claim in _ledger.Claims.Where(c => c.Node == node && !c.IsLost && c.Open.Count > 0).ToArray())
            _ledger.Lose(claim, how);
    }

    public void OrphansReturned(Guid node, IReadOnlyList<Guid> tokens)
    {
        Look();
        foreach (var token in tokens)
        {
            if (_ledger.Find(token) is { } claim && claim.Node == node && !claim.IsLost && claim.Open.Count > 0)
                _ledger.Lose(claim, "orphans");
        }
    }

    /// <summary>The group was moved by hand.</summary>
    public void Sought()
    {
        _world.Met(Hazard.Seek);
        _world.Trace?.Invoke($"group {_row.Key.Subscription} is moved to {_row.Position}");
        foreach (var claim in _ledger.Claims.Where(c => !c.IsLost))
            claim.Lose(_world.Now, "seek");
        (_generation, _position) = (_row.Generation, _row.Position);
        for (var offset = 0; offset < Math.Max(_ledger.Count, _row.Position); offset++)
        {
            _ledger.Of(offset).Reset(_ledger.LastClaim);
            _ledger.Of(offset).HasCopy = false;
            _ledger.Of(offset).IsSettled = offset < _row.Position;
        }
    }

    /// <summary>What was a dead letter before and is none now is a retry again.</summary>
    public void Redriven()
    {
        var there = _topic.DeadLetters.That(new DeadLetterFilter(_topic.Id) { Subscriber = _row.Name }).Select(letter => letter.Letter.Event.Offset).ToHashSet();
        for (var offset = 0; offset < _ledger.Count; offset++)
        {
            var fate = _ledger.Of(offset);
            if (!fate.HasLetter || there.Contains(offset))
                continue;
            _world.Met(Hazard.Redrive);
            Check.That(fate.Owner is null, "R4", () => $"{offset} was redriven while somebody had it");
            fate.Reset(_ledger.LastClaim);
            (fate.HasLetter, fate.HasCopy) = (false, true);
        }
    }

    public void Trimmed(long floor, bool isForced)
    {
        for (var offset = 0; offset < floor; offset++)
        {
            var fate = _ledger.Of(offset);
            if (fate.IsSettled || fate.IsGone || fate.HasCopy)
                continue;
            Check.That(isForced, "R8", () => $"{offset} was taken before group {_row.Key.Subscription} was through with it");
            fate.IsGone = fate.Owner is null && offset < _row.Position;
        }
    }

    public HandOut HandedOut(Process process, Item item, int consumer) => _handOuts.HandedOut(process, item, consumer);

    public void Told(Answer answer, AnswerOutcome outcome)
    {
        Check.That(!answer.IsTold, "R6", () => $"whoever answered {answer.HandOut} was told twice");
        answer.IsTold = true;
        var fate = _ledger.Of(answer.HandOut.Offset);
        if (outcome is not AnswerOutcome.Committed)
            return;
        Check.That(!answer.WasOver, "R5", () => $"a late answer to {answer.HandOut} was confirmed");
        if (answer.HandOut.Claim.No <= fate.Since)
            return;
        if (answer.Ending is Ending.Nacked)
            return;
        Check.That(fate.IsSettled, "R6", () => $"the answer to {answer.HandOut} was confirmed and is not committed");
        fate.IsConfirmed = true;
    }

    public void Jumped(long from, long to)
    {
        for (var offset = from; offset < to; offset++)
            Check.That(offset < _topic.Log.Floor, "R8", () => $"a gap was told at {offset}, which is still there");
    }

    public void Ended(Process process)
    {
        foreach (var answer in _answers.Where(a => a.HandOut.Process == process))
            answer.IsTold = true;
    }

    /// <summary>All is drained.</summary>
    public void End(long tail)
    {
        Look();
        for (var offset = 0; offset < tail; offset++)
        {
            var fate = _ledger.Of(offset);
            Check.That(fate.IsSettled || fate.IsGone, "R3", () => $"group {_row.Key.Subscription} never came to the end of {offset}");
            var letters = _topic.DeadLetters.That(new DeadLetterFilter(_topic.Id)).Count(l => l.Letter.Subscriber == _row.Name && l.Letter.Event.Offset == offset);
            Check.That(letters == (fate.HasLetter ? 1 : 0), "R7", () => $"there are {letters} dead letters of {offset}, and it was {(fate.HasLetter ? "" : "not ")}buried");
        }
    }

    /// <summary>R9.</summary>
    public void Look()
    {
        Check.That(_row.Generation == _generation, "R9", () => $"group {_row.Key.Subscription} is of generation {_row.Generation}, and nobody moved it");
        Check.That(_row.Position >= _position, "R9", () => $"group {_row.Key.Subscription} went back from {_position} to {_row.Position}");
        _position = _row.Position;
    }
}
