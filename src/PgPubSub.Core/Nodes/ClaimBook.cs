using System.Collections.Concurrent;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Core.Nodes;

/// <summary>
/// The tokens that the subscriptions of this node answer for, those of claims under way included. Written by them, read at each beat:
/// what the database has under this node's name and the book has not is nobody's. The book also knows of which of them nothing was handed out.
/// </summary>
internal sealed class ClaimBook : ITokenBook
{
    private const int MostAbandoned = 1_000; // of what was abandoned before these, something may have been handed out

    private readonly ConcurrentDictionary<Guid, bool> _tokens = new(); // whether something was handed out
    private readonly ConcurrentQueue<Guid> _abandoned = new();

    /// <summary>The tokens of which nothing was handed out, those that nobody answers for any more included.</summary>
    public IReadOnlyList<Guid> Unbegun => [.. _abandoned, .. _tokens.Where(token => !token.Value).Select(token => token.Key)];

    public void Add(Guid token) => _tokens[token] = false;

    /// <summary>The first of what it stands for is handed out.</summary>
    public void Begin(Guid token) => _tokens.TryUpdate(token, true, false);

    /// <summary>It stands for nothing any more.</summary>
    public void Remove(Guid token) => _tokens.TryRemove(token, out _);

    /// <summary>Nobody answers any more for what it may stand for.</summary>
    public void Abandon(Guid token)
    {
        if (!_tokens.TryRemove(token, out var begun) || begun)
            return;
        _abandoned.Enqueue(token);
        while (_abandoned.Count > MostAbandoned)
            _abandoned.TryDequeue(out _);
    }

    public IReadOnlySet<Guid> Known(IReadOnlyList<Guid> tokens) => tokens.Where(_tokens.ContainsKey).ToHashSet();
}
