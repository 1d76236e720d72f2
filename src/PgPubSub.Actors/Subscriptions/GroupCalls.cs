using Akka.Actor;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>The store's calls for one group, made with what its ledger says. Every result bears the epoch it was asked in.</summary>
internal sealed class GroupCalls(IDeliveryStore store, ClaimLedger ledger, DeliveryMeter meter, SubscriptionTelemetry telemetry, IActorRef self)
{
    /// <summary>Performs an effect that is a call of the store, or ends one; false where it is another. A hand-out is another's, and must come by here before.</summary>
    public bool Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.Claim e:
                Claim(e.Most);
                return true;
            case DeliveryEffect.FindClaim:
                FindClaim();
                return true;
            case DeliveryEffect.ClaimRetries e:
                ClaimRetries(e.Most, suspects: false);
                return true;
            case DeliveryEffect.ClaimSuspect:
                ClaimRetries(1, suspects: true);
                return true;
            case DeliveryEffect.Settle e:
                Settle(e.Batch);
                return true;
            case DeliveryEffect.Release e:
                ledger.Forget(e.Token);
                return true;
            case DeliveryEffect.HandOut { Item.Holding: { IsBegun: false } holding }:
                holding.IsBegun = true;
                ledger.HandedOut(holding.Token);
                return false;
            default:
                return false;
        }
    }

    private void Claim(int most)
    {
        var (epoch, began) = (ledger.Epoch, CallTelemetry.Begin());
        store.ClaimAsync(ledger.Begin(Guid.CreateVersion7(), most, PgPubSubSettings.PageBytes)).Pipe(
            self,
            page =>
            {
                telemetry.Claims.End(began, page.Events.Count);
                return new ClaimDone(epoch, page);
            },
            (kind, why) =>
            {
                telemetry.Claims.Failed(began, kind);
                return new ClaimFailed(epoch, kind, why);
            });
    }

    private void FindClaim()
    {
        var epoch = ledger.Epoch;
        store.FindClaimAsync(ledger.Claim!).Pipe(
            self, page => page is null ? new ClaimNotFound(epoch) : new ClaimDone(epoch, page), (_, why) => new ClaimFailed(epoch, FaultKind.Unknown, why));
    }

    private void ClaimRetries(int most, bool suspects)
    {
        var (token, epoch, began) = (Guid.CreateVersion7(), ledger.Epoch, CallTelemetry.Begin());
        ledger.Know(token);
        store.ClaimRetriesAsync(ledger.Group, ledger.Node, token, most, suspects).Pipe(
            self,
            retries =>
            {
                telemetry.RetryClaims.End(began, retries.Retries.Count);
                return new RetriesDone(epoch, token, retries, suspects);
            },
            (kind, why) =>
            {
                telemetry.RetryClaims.Failed(began, kind);
                return new RetriesFailed(epoch, token, suspects, kind, why);
            });
    }

    private void Settle(SettleBatch batch)
    {
        var (epoch, began, span) = (ledger.Epoch, CallTelemetry.Begin(), meter.Settling(batch));
        store.SettleAsync(ledger.Group, ledger.Node, batch.Leases, batch.Retries).Pipe(
            self,
            result =>
            {
                telemetry.Settled(batch, result, began, span);
                return new SettleDone(epoch, result);
            },
            (kind, why) =>
            {
                telemetry.SettleFailed(kind, began, span);
                return new SettleFailed(epoch, kind, why);
            });
    }

    internal interface IResult
    {
        int Epoch { get; }

        void Tell(CallResults results, TimeSpan now);
    }

    internal interface IFailure : IResult
    {
        string Why { get; }
    }

    internal sealed record ClaimFailed(int Epoch, FaultKind Kind, string Why) : IFailure
    {
        public void Tell(CallResults results, TimeSpan now) => results.ClaimFailed(Kind, now);
    }

    private sealed record ClaimDone(int Epoch, ClaimedPage Page) : IResult
    {
        public void Tell(CallResults results, TimeSpan now) => results.Claimed(Page, now);
    }

    private sealed record ClaimNotFound(int Epoch) : IResult
    {
        public void Tell(CallResults results, TimeSpan now) => results.ClaimNotFound(now);
    }

    private sealed record RetriesDone(int Epoch, Guid Token, ClaimedRetries Claimed, bool Suspects) : IResult
    {
        public void Tell(CallResults results, TimeSpan now) => results.RetriesClaimed(Claimed, Token, Suspects, now);
    }

    private sealed record RetriesFailed(int Epoch, Guid Token, bool Suspects, FaultKind Kind, string Why) : IFailure
    {
        public void Tell(CallResults results, TimeSpan now) => results.RetriesFailed(Token, Suspects, Kind, now);
    }

    private sealed record SettleDone(int Epoch, SettleResult Result) : IResult
    {
        public void Tell(CallResults results, TimeSpan now) => results.Settled(Result, now);
    }

    private sealed record SettleFailed(int Epoch, FaultKind Kind, string Why) : IFailure
    {
        public void Tell(CallResults results, TimeSpan now) => results.SettleFailed(Kind, now);
    }
}
