namespace PgPubSub.Cli.Consuming;

/// <summary>
/// The tokens of claims that this process answers for, those under way included, and of which of them nothing was handed out. What the database has under its name and
/// the list has not is nobody's and goes back.
/// </summary>
internal sealed class TokenList
{
    private const int MostAbandoned = 1_000; // of what was abandoned before these, something may have been handed out

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, bool> _known = []; // whether something was handed out
    private readonly Queue<Guid> _abandoned = new();

    public void Add(Guid token)
    {
        lock (_lock)
            _known[token] = false;
    }

    /// <summary>The first of what it stands for is handed out.</summary>
    public void Begin(Guid token)
    {
        lock (_lock)
            _known[token] = true;
    }

    /// <summary>It stands for nothing any more.</summary>
    public void Remove(Guid token)
    {
        lock (_lock)
            _known.Remove(token);
    }

    /// <summary>The claim failed: what it may have got goes back as it was.</summary>
    public void Abandon(Guid token)
    {
        lock (_lock)
        {
            _known.Remove(token);
            _abandoned.Enqueue(token);
            while (_abandoned.Count > MostAbandoned)
                _abandoned.Dequeue();
        }
    }

    public IReadOnlySet<Guid> KnownOf(IReadOnlyList<Guid> tokens)
    {
        lock (_lock)
            return tokens.Where(_known.ContainsKey).ToHashSet();
    }

    /// <summary>The tokens of which nothing was handed out.</summary>
    public IReadOnlyList<Guid> Unbegun
    {
        get
        {
            lock (_lock)
                return [.. _abandoned, .. _known.Where(token => !token.Value).Select(token => token.Key)];
        }
    }
}
