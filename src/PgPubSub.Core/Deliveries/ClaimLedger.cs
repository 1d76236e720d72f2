using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Deliveries;

/// <summary>The tokens that a node answers for. What the database has under its name and this has not is nobody's.</summary>
internal interface ITokenBook
{
    void Add(Guid token);

    /// <summary>The first of what it stands for is handed out.</summary>
    void Begin(Guid token);

    /// <summary>It stands for nothing any more.</summary>
    void Remove(Guid token);

    /// <summary>Nobody answers any more for what it may stand for.</summary>
    void Abandon(Guid token);
}

/// <summary>
/// What one group's calls of the store are made with under one node id: where the group stands, the claim under way, and the tokens of its claims. The book knows each token from
/// before its claim is sent until the claim is over.
/// </summary>
internal sealed class ClaimLedger(ITokenBook book)
{
    private readonly HashSet<Guid> _tokens = [];
    private long _generation;

    public GroupKey Group { get; private set; }

    /// <summary>Under which id it claims; none: the empty one.</summary>
    public Guid Node { get; private set; }

    /// <summary>Counts the node ids that it had: what was asked in an earlier epoch is not listened to any more.</summary>
    public int Epoch { get; private set; }

    /// <summary>The first offset that is not known to be claimed.</summary>
    public long Position { get; private set; }

    /// <summary>The last claim that was made.</summary>
    public ClaimRequest? Claim { get; private set; }

    /// <summary>The group stands there: it was opened, or moved.</summary>
    public void Stand(GroupState group) => (Group, _generation, Position) = (group.Key, group.Generation, group.Position);

    /// <summary>From now on it claims under this id, or under none; what it claimed before is not its own any more.</summary>
    public void Own(Guid? node)
    {
        Epoch++;
        Node = node ?? Guid.Empty;
        foreach (var token in _tokens.ToArray())
            Abandon(token);
    }

    /// <summary>A claim of a page is to be sent.</summary>
    public ClaimRequest Begin(Guid token, int most, long bytes)
    {
        Know(token);
        return Claim = new ClaimRequest(Group, Node, token, most, bytes, _generation, Position);
    }

    /// <summary>A claim of retries is to be sent.</summary>
    public void Know(Guid token)
    {
        _tokens.Add(token);
        book.Add(token);
    }

    /// <summary>A claim has got this; one that was made before a seek says nothing of where the group stands now.</summary>
    public void Note(ClaimedPage page)
    {
        if (page.Generation >= _generation)
            (_generation, Position) = (page.Generation, page.Hi);
        if (page.IsEmpty)
            Forget(page.Token);
    }

    /// <summary>The claim under way did nothing.</summary>
    public void ForgetClaim()
    {
        if (Claim is not null)
            Forget(Claim.Token);
    }

    /// <summary>The claim under way is not to be found; if it comes yet, the node's next beats find it.</summary>
    public void AbandonClaim()
    {
        if (Claim is not null)
            Abandon(Claim.Token);
    }

    /// <summary>A claim of retries has failed. If it did claim some, the node's next beats find them.</summary>
    public void Failed(Guid token, FaultKind kind)
    {
        if (kind is FaultKind.Unknown)
            Abandon(token);
        else
            Forget(token);
    }

    /// <summary>The first of what a claim got is handed out.</summary>
    public void HandedOut(Guid token) => book.Begin(token);

    /// <summary>A claim is over, and nothing is left of it.</summary>
    public void Forget(Guid token)
    {
        _tokens.Remove(token);
        book.Remove(token);
    }

    private void Abandon(Guid token)
    {
        _tokens.Remove(token);
        book.Abandon(token);
    }
}
