using PgPubSub.Core.Deliveries;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>Judges each hand-out: under whose claim it is, and why it is another where it is not the first.</summary>
internal sealed class HandOutJudge(Terms terms, GroupLedger ledger)
{
    public HandOut HandedOut(Process process, Item item, int consumer)
    {
        var (offset, token) = (item.Event.Offset, item.Holding.Token);
        var claim = ledger.Find(token);
        Check.That(claim is not null, "R4", () => $"{offset} was handed out by {process} under no claim");
        var handOut = new HandOut(process, claim, offset, item.Attempt, consumer);
        Check.That(process.Now < process.Node.Proof.Sent + terms.TimeToLive, "R4", () => $"{handOut}, which had not said for the time-to-live that it is alive");
        Check.That(ledger.Wants(offset), "R3", () => $"{handOut}, which its group's filter does not let pass");
        RequireOwner(process, claim, handOut);
        Check.That(claim.HandOuts.TryAdd(offset, handOut), "R3", () => $"{handOut} is the second under one claim");
        var fate = ledger.Of(offset);
        if (claim.No <= fate.Since)
            return handOut;
        RequireReason(fate, handOut);
        fate.HandOuts.Add(handOut);
        return handOut;
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

        Check.That(counted <= terms.Rules.Retry.MaxAttempts + (fate.DiedAtLast ? 1 : 0), "R7", () => $"{handOut} is number {counted}, and {terms.Rules.Retry.MaxAttempts} are allowed");
    }
}
