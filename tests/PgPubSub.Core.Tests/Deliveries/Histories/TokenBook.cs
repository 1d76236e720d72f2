namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>The tokens that a process answers for; what its node has in the tables and is unknown here for two beats goes back.</summary>
internal sealed class TokenBook(GroupTables tables, Journal journal, Clock clock)
{
    private readonly HashSet<Guid> _known = [];
    private readonly HashSet<Guid> _released = [];
    private HashSet<Guid> _strangers = [];

    public bool IsEmpty => _known.Count == 0;

    public Guid New()
    {
        var token = Guid.CreateVersion7();
        _known.Add(token);
        return token;
    }

    public void Remove(Guid token) => _known.Remove(token);

    /// <summary>A claim is over, once.</summary>
    public void Release(Guid token)
    {
        Assert.True(_released.Add(token), "a claim was released twice");
        _known.Remove(token);
    }

    /// <summary>The node gets another id, or none: whatever was known is over.</summary>
    public void Forget()
    {
        _known.Clear();
        _strangers = [];
    }

    public void Beat(Guid node)
    {
        var strangers = tables.TokensOf(node).Where(token => !_known.Contains(token)).ToHashSet();
        var orphans = strangers.Where(_strangers.Contains).ToArray();
        _strangers = strangers;
        tables.Return(node, orphans, deaths: 0, clock.Now);
        journal.Lost(node, orphans);
    }
}
