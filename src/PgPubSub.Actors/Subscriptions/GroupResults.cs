using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Tells a group's machine, and its ledger of claims, what came of their calls.</summary>
internal sealed class GroupResults(DeliveryMachine machine, ClaimLedger ledger)
{
    public void Take(GroupCalls.IResult result, TimeSpan now)
    {
        switch (result)
        {
            case GroupCalls.ClaimDone m:
                ledger.Note(m.Page);
                machine.Claimed(m.Page, now);
                break;
            case GroupCalls.ClaimFailed m:
                if (m.Kind is not FaultKind.Unknown)
                    ledger.ForgetClaim();
                machine.ClaimFailed(m.Kind, now);
                break;
            case GroupCalls.ClaimLost:
                ledger.AbandonClaim();
                machine.ClaimNotFound(now);
                break;
            case GroupCalls.RetriesDone m:
                Take(m, now);
                break;
            case GroupCalls.RetriesFailed m:
                ledger.Failed(m.Token, m.Kind);
                if (m.Suspects)
                    machine.SuspectsFailed(now);
                else
                    machine.RetriesFailed(now);
                break;
            case GroupCalls.SettleDone m:
                machine.Settled(m.Result, now);
                break;
            case GroupCalls.SettleFailed m:
                machine.SettleFailed(m.Kind, now);
                break;
        }
    }

    private void Take(GroupCalls.RetriesDone done, TimeSpan now)
    {
        if (done.Claimed.IsEmpty)
            ledger.Forget(done.Token);
        if (done.Suspects)
            machine.SuspectsClaimed(done.Claimed, done.Token, now);
        else
            machine.RetriesClaimed(done.Claimed, done.Token, now);
    }
}
