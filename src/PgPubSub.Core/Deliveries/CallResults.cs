using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Deliveries;

/// <summary>
/// What came of one group's calls of the store: its machine hears of each, and its ledger first what that means for the tokens. Results of an earlier epoch are not to come here.
/// </summary>
internal sealed class CallResults(DeliveryMachine machine, ClaimLedger ledger)
{
    /// <summary>A claim has this, be it answered or found.</summary>
    public void Claimed(ClaimedPage page, TimeSpan now)
    {
        ledger.Note(page);
        machine.Claimed(page, now);
    }

    public void ClaimFailed(FaultKind kind, TimeSpan now)
    {
        if (kind is not FaultKind.Unknown)
            ledger.ForgetClaim();
        machine.ClaimFailed(kind, now);
    }

    /// <summary>No lease bears the last claim's token.</summary>
    public void ClaimNotFound(TimeSpan now)
    {
        ledger.AbandonClaim();
        machine.ClaimNotFound(now);
    }

    public void RetriesClaimed(ClaimedRetries claimed, Guid token, bool suspects, TimeSpan now)
    {
        if (claimed.IsEmpty)
            ledger.Forget(token);
        if (suspects)
            machine.SuspectsClaimed(claimed, token, now);
        else
            machine.RetriesClaimed(claimed, token, now);
    }

    public void RetriesFailed(Guid token, bool suspects, FaultKind kind, TimeSpan now)
    {
        ledger.Failed(token, kind);
        if (suspects)
            machine.SuspectsFailed(now);
        else
            machine.RetriesFailed(now);
    }

    public void Settled(SettleResult result, TimeSpan now) => machine.Settled(result, now);

    public void SettleFailed(FaultKind kind, TimeSpan now) => machine.SettleFailed(kind, now);
}
