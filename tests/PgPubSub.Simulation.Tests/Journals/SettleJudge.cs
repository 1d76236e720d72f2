using PgPubSub.Core.Deliveries;
using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>Judges what is settled: by whose claim, as what, and whether that is what its consumer answered.</summary>
internal sealed class SettleJudge(World world, Terms terms, TopicRow topic, GroupLedger ledger)
{
    public void Settled(Guid node, IReadOnlyList<LeaseSettlement> leases, IReadOnlyList<RetrySettlement> retries, SettleResult result)
    {
        for (var i = 0; i < leases.Count; i++)
            Settled(node, leases[i], result.Leases[i]);
        for (var i = 0; i < retries.Count; i++)
            Settled(node, retries[i], result.Retries[i]);
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
        var claim = ledger.Find(token);
        var holds = claim is { IsLost: false } && claim.Node == node && (only is { } offset ? claim.Open.ContainsKey(offset) : claim.Open.Count > 0);
        Check.That(holds || !held, "R5", () => $"{what()} took effect though its claim was over");
        Check.That(!holds || held, "R6", () => $"{what()} was refused though its claim holds");
        return held ? claim : null;
    }

    private void Acked(Claimed claim, long offset)
    {
        var handOut = claim.HandOuts.GetValueOrDefault(offset);
        var isWanted = ledger.Wants(offset);
        if (!isWanted)
            world.Met(Hazard.FilteredOut);
        Check.That(
            handOut?.Ending is Ending.Acked || (handOut is null && (!isWanted || offset < topic.Log.Floor)), "R3", () => $"{offset} was settled as acked, and nobody acked it under this claim");
        ledger.Close(claim, offset);
        ledger.Of(offset).IsSettled = true;
    }

    private void Fail(Claimed claim, long offset, Failure failure)
    {
        var handOut = claim.HandOuts.GetValueOrDefault(offset);
        Check.That(handOut?.Ending is not Ending.Acked, "R3", () => $"{handOut} was acked and settled as failed");
        ledger.Close(claim, offset);
        if (!failure.Bury)
            return;
        Check.That(
            handOut?.Ending is Ending.Buried || failure.Attempts >= terms.Rules.Retry.MaxAttempts, "R7", () => $"{offset} was buried after {failure.Attempts} attempts");
        ledger.Bury(offset);
    }
}
