using Akka.Actor;
using PgPubSub.Actors.Nodes;
using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>
/// The store's calls for one group under one node id. Every result bears the epoch it was asked in: what was asked before the node lost its registration
/// is not listened to any more. The claim book knows each token from before its claim is sent.
/// </summary>
internal sealed class GroupCalls(IDeliveryStore store, ClaimBook book, IActorRef self)
{
    private GroupKey _group;
    private Guid _node;
    private long _generation;
    private readonly HashSet<Guid> _tokens = [];
    private ClaimRequest? _claim;

    /// <summary>Counts the node ids that this subscription had.</summary>
    public int Epoch { get; private set; }

    /// <summary>The first offset that is not known to be claimed.</summary>
    public long Position { get; private set; }

    /// <summary>The group stands there: it was opened, or moved.</summary>
    public void Stand(GroupState group) => (_group, _generation, Position) = (group.Key, group.Generation, group.Position);

    public void Own(Guid? node)
    {
        Epoch++;
        _node = node ?? Guid.Empty;
        foreach (var token in _tokens.ToArray())
            Abandon(token);
    }

    /// <summary>A claim has got this; one that was made before a seek says nothing of where the group stands now.</summary>
    public void Note(ClaimedPage page)
    {
        if (page.Generation >= _generation)
            (_generation, Position) = (page.Generation, page.Hi);
        if (page.IsEmpty)
            Forget(page.Token);
    }

    /// <summary>A claim of retries has got this.</summary>
    public void Note(RetriesDone done)
    {
        if (done.Claimed.IsEmpty)
            Forget(done.Token);
    }

    /// <summary>A claim of retries has failed. If it did claim some, the node's next beats find them.</summary>
    public void Note(RetriesFailed failed)
    {
        if (failed.Kind is FaultKind.Unknown)
            Abandon(failed.Token);
        else
            Forget(failed.Token);
    }

    /// <summary>The claim under way did nothing.</summary>
    public void ForgetClaim()
    {
        if (_claim is not null)
            Forget(_claim.Token);
    }

    /// <summary>The claim under way is not to be found; if it comes yet, the node's next beats find it.</summary>
    public void AbandonClaim()
    {
        if (_claim is not null)
            Abandon(_claim.Token);
    }

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
                Forget(e.Token);
                return true;
            case DeliveryEffect.HandOut { Item.Holding: { IsBegun: false } holding }:
                holding.IsBegun = true;
                book.Begin(holding.Token);
                return false;
            default:
                return false;
        }
    }

    private void Claim(int most)
    {
        var epoch = Epoch;
        _claim = new ClaimRequest(_group, _node, Guid.CreateVersion7(), most, PgPubSubSettings.PageBytes, _generation, Position);
        Know(_claim.Token);
        store.ClaimAsync(_claim).Pipe(self, page => new ClaimDone(epoch, page), (kind, why) => new ClaimFailed(epoch, kind, why));
    }

    private void FindClaim()
    {
        var epoch = Epoch;
        store.FindClaimAsync(_claim!).Pipe(
            self, page => page is null ? new ClaimLost(epoch) : new ClaimDone(epoch, page), (_, why) => new ClaimFailed(epoch, FaultKind.Unknown, why));
    }

    private void ClaimRetries(int most, bool suspects)
    {
        var (token, epoch) = (Guid.CreateVersion7(), Epoch);
        Know(token);
        store.ClaimRetriesAsync(_group, _node, token, most, suspects)
            .Pipe(self, retries => new RetriesDone(epoch, token, retries, suspects), (kind, why) => new RetriesFailed(epoch, token, suspects, kind, why));
    }

    private void Settle(SettleBatch batch)
    {
        var epoch = Epoch;
        store.SettleAsync(_group, _node, batch.Leases, batch.Retries)
            .Pipe(self, result => new SettleDone(epoch, result), (kind, why) => new SettleFailed(epoch, kind, why));
    }

    private void Know(Guid token)
    {
        _tokens.Add(token);
        book.Add(token);
    }

    private void Forget(Guid token)
    {
        _tokens.Remove(token);
        book.Remove(token);
    }

    private void Abandon(Guid token)
    {
        _tokens.Remove(token);
        book.Abandon(token);
    }

    internal interface IResult
    {
        int Epoch { get; }
    }

    internal interface IFailure : IResult
    {
        string Why { get; }
    }

    internal sealed record ClaimDone(int Epoch, ClaimedPage Page) : IResult;

    internal sealed record ClaimFailed(int Epoch, FaultKind Kind, string Why) : IFailure;

    internal sealed record ClaimLost(int Epoch) : IResult;

    internal sealed record RetriesDone(int Epoch, Guid Token, ClaimedRetries Claimed, bool Suspects) : IResult;

    internal sealed record RetriesFailed(int Epoch, Guid Token, bool Suspects, FaultKind Kind, string Why) : IFailure;

    internal sealed record SettleDone(int Epoch, SettleResult Result) : IResult;

    internal sealed record SettleFailed(int Epoch, FaultKind Kind, string Why) : IFailure;
}
