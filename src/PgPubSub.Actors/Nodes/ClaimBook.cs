using System.Collections.Concurrent;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors.Nodes;

/// <summary>
/// The tokens that the subscriptions of this node answer for, those of claims under way included. Written by them, read at each beat:
/// what the database has under this node's name and the book has not is nobody's.
/// </summary>
internal sealed class ClaimBook : ITokenBook
{
    private readonly ConcurrentDictionary<Guid, byte> _tokens = new();

    public void Add(Guid token) => _tokens[token] = 0;

    public void Remove(Guid token) => _tokens.TryRemove(token, out _);

    public IReadOnlySet<Guid> Known(IReadOnlyList<Guid> tokens) => tokens.Where(_tokens.ContainsKey).ToHashSet();
}
