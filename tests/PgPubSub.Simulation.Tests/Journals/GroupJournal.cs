using PgPubSub.Core.DeadLetters;
using PgPubSub.Core.Deliveries;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>What became of each event for one group.</summary>
internal sealed class GroupJournal(World world, Terms terms, TopicRow topic, GroupRow row)
{
    private readonly List<Fate> _fates = [];
    private readonly Dictionary<Guid, Claimed> _claims = [];
    private readonly List<Answer> _answers = [];
    private long _generation = row.Generation, _position = row.Position;
    private int _claimNo;

    public int HandOuts { get; private set; }

    public GroupRow Row => row;

    /// <summary>Whether everybody who asked has heard what became of his answer.</summary>
    public bool EverybodyIsTold => _answers.TrueForAll(answer => answer.IsTold);

    /// <summary>What is not at its end.</summary>
    public string Left(long tail) =>
        $"group {row.Key.Subscription} stands at {row.Position} of {tail} with {row.Leases.Count} leases, {row.Retries.Waiting} retries and {row.Retries.Claimed} in hand"
        + string.Concat(_answers.Where(answer => !answer.IsTold).Select(answer => $", {answer.HandOut} waits for its answer"));

    public void Asked(Answer answer) => _answers.Add(answer);

    public void Claimed(Guid node, ClaimedPage page)
    {
        Look();
        for (var offset = page.From; offset < page.Lo && !row.Paused; offset++)
            Of(offset).IsGone = true;
        if (page.IsEmpty)
            return;
        var claim = Add(node, page.Token, isLease: true, isSuspect: false);
        for (var offset = page.Lo; offset < page.Hi; offset++)
            Own(claim, offset, attempts: 0);
    }

    public void RetriesClaimed(Guid node, Guid token, ClaimedRetries claimed, bool suspects)
    {
        Look();
        if (claimed.IsEmpty)
            return;
        if (suspects)
            world.Met(Hazard.Suspect);
        world.Met(Hazard.Retry);
        var claim = Add(node, token, isLease: false, suspects);
        foreach (var retry in claimed.Retries)
            Own(claim, retry.Event.Offset, retry.Attempts);
        foreach (var lost in claimed.Lost)
        {
            Own(claim, lost, attempts: 0);
            Of(lost).IsGone = true;
        }
    }

    public void Settled(Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries, SettleResult result)
    {
        Look();
        for (var i = 0; i < leases.Count; i++)
            Settled(node, leases[i], result.Leases[i]);
        for (var i = 0; i < retries.Count; i++)
            Settled(node, retries[i], result.Retries[i]);
    }

    /// <summary>A node's row is gone: what it held is nobody's, and where it was the one suspect with its last attempt, it is buried.</summary>
    public void NodeEnded(Guid node, string how)
    {
        Look();
        foreach (var claim in _claims.Values.Where(c => c.Node == node && !c.IsLost && c.Open.Count > 0).ToArray())
            Lose(claim, how);
    }

    public void OrphansReturned(Guid node, IReadOnlyList<Guid> tokens)
    {
        Look();
        foreach (var token in tokens)
        {
            if (_claims.TryGetValue(token, out var claim) && claim.Node == node && !claim.IsLost && claim.Open.Count > 0)
                Lose(claim, "orphans");
        }
    }

    /// <summary>The group was moved by hand.</summary>
    public void Sought()
    {
        world.Met(Hazard.Seek);
        world.Trace?.Invoke($"group {row.Key.Subscription} is moved to {row.Position}");
        foreach (var claim in _claims.Values.Where(c => !c.IsLost))
            claim.Lose(world.Now, "seek");
        (_generation, _position) = (row.Generation, row.Position);
        for (var offset = 0; offset < Math.Max(_fates.Count, row.Position); offset++)
        {
            Of(offset).Reset(_claimNo);
            Of(offset).HasCopy = false;
            Of(offset).IsSettled = offset < row.Position;
        }
    }

    /// <summary>What was a dead letter before and is none now is a retry again.</summary>
    public void Redriven()
    {
        var there = topic.DeadLetters.That(new DeadLetterFilter(topic.Id) { Subscriber = row.Name }).Select(letter => letter.Letter.Event.Offset).ToHashSet();
        for (var offset = 0; offset < _fates.Count; offset++)
        {
            var fate = _fates[offset];
            if (!fate.HasLetter || there.Contains(offset))
                continue;
            world.Met(Hazard.Redrive);
            Check.That(fate.Owner is null, "R4", () => $"{offset} was redriven while somebody had it");
            fate.Reset(_claimNo);
            (fate.HasLetter, fate.HasCopy) = (false, true);
        }
    }

    public void Trimmed(long floor, bool isForced)
    {
        for (var offset = 0; offset < floor; offset++)
        {
            var fate = Of(offset);
            if (fate.IsSettled || fate.IsGone || fate.HasCopy)
                continue;
            Check.That(isForced, "R8", () => $"{offset} was taken before group {row.Key.Subscription} was through with it");
            fate.IsGone = fate.Owner is null && offset < row.Position;
        }
    }

    public HandOut HandedOut(Process process, Item item, int consumer)
    {
        HandOuts++;
        var (offset, token) = (item.Event.Offset, item.Holding.Token);
        Check.That(_claims.TryGetValue(token, out var claim), "R4", () => $"{offset} was handed out by {process} under no claim");
        var handOut = new HandOut(process, claim, offset, item.Attempt, consumer);
        Check.That(process.Now < process.Node.Proof.Sent + terms.TimeToLive, "R4", () => $"{handOut}, which had not said for the time-to-live that it is alive");
        RequireOwner(process, claim, handOut);
        Check.That(claim.HandOuts.TryAdd(offset, handOut), "R3", () => $"{handOut} is the second under one claim");
        var fate = Of(offset);
        if (claim.No <= fate.Since)
            return handOut;
        RequireReason(fate, handOut);
        fate.HandOuts.Add(handOut);
        return handOut;
    }

    public void Told(Answer answer, AnswerOutcome outcome)
    {
        Check.That(!answer.IsTold, "R6", () => $"whoever answered {answer.HandOut} was told twice");
        answer.IsTold = true;
        var fate = Of(answer.HandOut.Offset);
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
            Check.That(offset < topic.Log.Floor, "R8", () => $"a gap was told at {offset}, which is still there");
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
            var fate = Of(offset);
            Check.That(fate.IsSettled || fate.IsGone, "R3", () => $"group {row.Key.Subscription} never came to the end of {offset}");
            var letters = topic.DeadLetters.That(new DeadLetterFilter(topic.Id)).Count(l => l.Letter.Subscriber == row.Name && l.Letter.Event.Offset == offset);
            Check.That(letters == (fate.HasLetter ? 1 : 0), "R7", () => $"there are {letters} dead letters of {offset}, and it was {(fate.HasLetter ? "" : "not ")}buried");
        }
    }

    /// <summary>R9.</summary>
    public void Look()
    {
        Check.That(row.Generation == _generation, "R9", () => $"group {row.Key.Subscription} is of generation {row.Generation}, and nobody moved it");
        Check.That(row.Position >= _position, "R9", () => $"group {row.Key.Subscription} went back from {_position} to {row.Position}");
        _position = row.Position;
    }

    private Claimed Add(Guid node, Guid token, bool isLease, bool isSuspect)
    {
        var claim = new Claimed(++_claimNo, node, token, isLease, isSuspect);
        Check.That(_claims.TryAdd(token, claim), "R4", () => "a token was used twice");
        return claim;
    }

    private void Own(Claimed claim, long offset, int attempts)
    {
        var fate = Of(offset);
        Check.That(fate.Owner is null, "R4", () => $"{offset} was claimed while somebody had it");
        Check.That(!fate.IsConfirmed, "R6", () => $"{offset} was claimed though its ack was confirmed");
        Check.That(!fate.IsSettled, "R6", () => $"{offset} was claimed though group {row.Key.Subscription} was through with it");
        fate.Owner = claim;
        claim.Open.Add(offset, attempts);
    }

    private void Settled(Guid node, LeaseSettlement settled, bool held)
    {
        var claim = Held(node, settled.Token, held, () => $"a settlement of [{settled.Lo}, {settled.Hi})");
        if (claim is null)
            return;
        foreach (var failure in settled.Failed)
        {
            if (claim.Open.ContainsKey(failure.Offset))
                Fail(claim, failure.Offset, failure);
        }

        foreach (var offset in settled.Whole && settled.Failed.Count == 0 ? claim.Open.Keys.ToArray() : settled.Acked)
        {
            if (claim.Open.ContainsKey(offset))
                Acked(claim, offset);
        }
    }

    private void Settled(Guid node, RetrySettlement settled, bool held)
    {
        var claim = Held(node, settled.Token, held && true, () => $"a settlement of the retry of {settled.Offset}", settled.Offset);
        if (claim is null)
            return;
        if (settled.Failed is { } failure)
            Fail(claim, settled.Offset, failure);
        else
            Acked(claim, settled.Offset);
    }

    private Claimed? Held(Guid node, Guid token, bool held, Func<string> what, long? only = null)
    {
        var claim = _claims.GetValueOrDefault(token);
        var holds = claim is { IsLost: false } && claim.Node == node && (only is { } offset ? claim.Open.ContainsKey(offset) : claim.Open.Count > 0);
        Check.That(holds || !held, "R5", () => $"{what()} took effect though its claim was over");
        Check.That(!holds || held, "R6", () => $"{what()} was refused though its claim holds");
        return held ? claim : null;
    }

    private void Acked(Claimed claim, long offset)
    {
        var handOut = claim.HandOuts.GetValueOrDefault(offset);
        Check.That(
            handOut?.Ending is Ending.Acked || (handOut is null && offset < topic.Log.Floor), "R3", () => $"{offset} was settled as acked, and nobody acked it under this claim");
        Close(claim, offset);
        Of(offset).IsSettled = true;
    }

    private void Fail(Claimed claim, long offset, Failure failure)
    {
        var handOut = claim.HandOuts.GetValueOrDefault(offset);
        Check.That(handOut?.Ending is not Ending.Acked, "R3", () => $"{handOut} was acked and settled as failed");
        Close(claim, offset);
        if (!failure.Bury)
            return;
        Check.That(
            handOut?.Ending is Ending.Buried || failure.Attempts >= terms.Rules.Retry.MaxAttempts, "R7", () => $"{offset} was buried after {failure.Attempts} attempts");
        Bury(offset);
    }

    private void Bury(long offset)
    {
        var fate = Of(offset);
        fate.IsSettled = true;
        fate.HasLetter |= fate.HasCopy || offset >= topic.Log.Floor;
    }

    private void Close(Claimed claim, long offset)
    {
        claim.Open.Remove(offset);
        Of(offset).Owner = null;
    }

    private void Lose(Claimed claim, string by)
    {
        var died = by == "taken over"; // a claim that comes back in another way may have had its last attempt out as well, and nobody is left to say
        foreach (var offset in claim.Open.Keys.ToArray())
        {
            var fate = Of(offset);
            fate.Owner = null;
            if (claim.HandOuts.TryGetValue(offset, out var last) && last.Attempt >= terms.Rules.Retry.MaxAttempts)
                fate.LostAtLast++;
            if (row.Retries.Find(offset) is not null)
                continue;
            Check.That(
                died && claim.IsSuspect && (fate.IsGone || claim.Open[offset] + 1 >= terms.Rules.Retry.MaxAttempts), "R3", () => $"{offset} did not come back from a node that was {by}");
            Bury(offset);
        }

        claim.Lose(world.Now, by);
    }

    // A node may hand out what was taken from it until it can know of it: by its next beat.
    private void RequireOwner(Process process, Claimed claim, HandOut handOut)
    {
        if (!claim.IsLost)
        {
            Check.That(claim.Open.ContainsKey(handOut.Offset), "R6", () => $"{handOut}, which was settled before");
            return;
        }

        var (node, _, written) = process.Node.Proof;
        Check.That(claim.LostBy is not "orphans", "R4", () => $"{handOut}, which had gone back as nobody's");
        Check.That(
            claim.LostBy == "seek" || (node == claim.Node && written < claim.LostAt), "R4",
            () => $"{handOut}, which was lost ({claim.LostBy}) before the node's last beat was written");
    }

    private void RequireReason(Fate fate, HandOut handOut)
    {
        Check.That(!fate.IsConfirmed || handOut.Claim.IsLost, "R6", () => $"{handOut} after an ack of it was confirmed");
        var counted = 1;
        foreach (var earlier in fate.HandOuts)
        {
            if (earlier.Claim.No > handOut.Claim.No)
                continue;
            Check.That(earlier.IsOver, "R3", () => $"{handOut} after {earlier}, which is neither failed nor lost");
            var counts = earlier.Ending is not Ending.GivenBack;
            counted += counts ? 1 : 0;
            Check.That(counts ? handOut.Attempt > earlier.Attempt : handOut.Attempt >= earlier.Attempt, "R3", () => $"{handOut} comes after {earlier}");
        }

        Check.That(counted <= terms.Rules.Retry.MaxAttempts + fate.LostAtLast, "R7", () => $"{handOut} is the {counted}th, and {terms.Rules.Retry.MaxAttempts} are allowed");
    }

    private Fate Of(long offset)
    {
        while (_fates.Count <= offset)
            _fates.Add(new Fate());
        return _fates[(int)offset];
    }
}
