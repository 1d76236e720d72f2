using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>
/// One topic with one group, as the schema's tables and functions keep it. Whoever settles something is checked against the journal of
/// what consumers were handed and what they answered.
/// </summary>
internal sealed class GroupTables(GroupRules rules, Journal journal)
{
    private readonly Dictionary<long, LeaseRow> _leases = [];
    private readonly SortedDictionary<long, RetryRow> _retries = [];
    private readonly HashSet<Guid> _nodes = [];
    private readonly HashSet<long> _acked = [];
    private readonly HashSet<long> _buried = [];

    public long Tail { get; set; }

    public long Cursor { get; private set; }

    public int DeadLetters => _buried.Count;

    public bool IsDrained => Cursor == Tail && _leases.Count == 0 && _retries.Count == 0;

    public Guid Register()
    {
        var node = Guid.CreateVersion7();
        _nodes.Add(node);
        return node;
    }

    public bool Knows(Guid node) => _nodes.Contains(node);

    public ClaimedPage Claim(Guid node, Guid token, int most)
    {
        RequireNode(node);
        var (lo, hi) = (Cursor, Math.Min(Tail, Cursor + most));
        if (lo == hi)
            return new ClaimedPage(1, lo, lo, lo, token, []);
        _leases.Add(lo, new LeaseRow(lo, hi, token, node, new bool[hi - lo]));
        Cursor = hi;
        return new ClaimedPage(1, lo, lo, hi, token, Events.Of(lo, hi));
    }

    public ClaimedPage? Find(Guid token) => _leases.Values.FirstOrDefault(l => l.Token == token) is { } lease
        ? new ClaimedPage(1, lease.Lo, lease.Lo, lease.Hi, token, Events.Of(lease.Lo, lease.Hi))
        : null;

    public IReadOnlyList<ClaimedRetry> ClaimRetries(Guid node, Guid token, int most, bool suspects, TimeSpan now)
    {
        RequireNode(node);
        var due = _retries.Where(r => r.Value.Node is null && r.Value.DueAt <= now && IsSuspect(r.Value) == suspects).OrderBy(r => r.Value.DueAt).Take(most).ToArray();
        foreach (var (offset, row) in due)
            _retries[offset] = row with { Node = node, Token = token, Suspect = suspects };
        return [.. due.Select(r => new ClaimedRetry(Events.At(r.Key), token, r.Value.Attempts) { Deaths = r.Value.Deaths })];
    }

    /// <summary>Whether retries are due that nobody has claimed, and suspects among them.</summary>
    public (bool Any, bool Suspects) Due(TimeSpan now)
    {
        var due = _retries.Values.Where(r => r.Node is null && r.DueAt <= now).ToArray();
        return (due.Length > 0, due.Any(r => r.Deaths > 0));
    }

    public SettleResult Settle(Guid node, SettleBatch batch, TimeSpan now)
    {
        Assert.True(batch.Leases.Count + batch.Retries.Count > 0, "an empty settlement was written");
        return new SettleResult([.. batch.Leases.Select(l => Settle(node, l, now))], [.. batch.Retries.Select(r => Settle(node, r, now))]);
    }

    /// <summary>Gives back what a node has under its name: everything, or what bears these tokens.</summary>
    public int Return(Guid node, IReadOnlyCollection<Guid>? tokens, int deaths, TimeSpan now)
    {
        var returned = 0;
        foreach (var lease in _leases.Values.Where(l => l.Node == node && tokens?.Contains(l.Token) is not false).ToArray())
        {
            _leases.Remove(lease.Lo);
            for (var offset = lease.Lo; offset < lease.Hi; offset++)
            {
                if (lease.Settled[offset - lease.Lo])
                    continue;
                _retries.Add(offset, new RetryRow(1, deaths, now));
                returned++;
            }
        }

        var deathsOfHeld = _retries.Values.Where(r => r.Node == node).Select(r => r.Deaths).ToArray();
        foreach (var (offset, row) in _retries.Where(r => r.Value.Node == node && tokens?.Contains(r.Value.Token!.Value) is not false).ToArray())
        {
            returned++;
            if (row.Suspect && deaths > 0 && rules.Retry.Exhausted(row.Attempts + 1) && deathsOfHeld.Count(d => d >= row.Deaths) == 1)
            {
                _retries.Remove(offset);
                Assert.True(_buried.Add(offset), $"{offset} was buried twice");
                continue;
            }

            var wait = row.Deaths == 0 ? TimeSpan.Zero : rules.Retry.Delay(Math.Min(row.Deaths, 30), offset);
            _retries[offset] = new RetryRow(row.Attempts + 1, row.Deaths + deaths, now + wait);
        }

        return returned;
    }

    public void TakeOver(Guid node, TimeSpan now)
    {
        if (_nodes.Remove(node))
            Return(node, null, deaths: 1, now);
    }

    public IReadOnlyList<Guid> TokensOf(Guid node) =>
        [.. _leases.Values.Where(l => l.Node == node).Select(l => l.Token).Concat(_retries.Values.Where(r => r.Node == node).Select(r => r.Token!.Value)).Distinct()];

    /// <summary>R4: whether an offset is this node's, under this token, and open.</summary>
    public bool Owns(Guid? node, Guid token, long offset) =>
        _leases.Values.Any(l => l.Token == token && l.Node == node && l.Lo <= offset && offset < l.Hi && !l.Settled[offset - l.Lo])
        || (_retries.TryGetValue(offset, out var row) && row.Node == node && row.Token == token);

    public bool IsBuried(long offset) => _buried.Contains(offset);

    /// <summary>Each claimed offset is in one place: acked, buried, a retry, or an open bit of one lease.</summary>
    public void CheckPlaces()
    {
        var places = new int[Cursor];
        foreach (var offset in _acked.Concat(_buried).Concat(_retries.Keys).Concat(_leases.Values.SelectMany(Open)))
            places[offset]++;
        var wrong = Array.FindIndex(places, count => count != 1);
        Assert.True(wrong < 0, $"{wrong} is in {(wrong < 0 ? 0 : places[wrong])} places");
    }

    private bool Settle(Guid node, LeaseSettlement settlement, TimeSpan now)
    {
        if (!_leases.TryGetValue(settlement.Lo, out var lease) || lease.Token != settlement.Token || lease.Node != node)
            return false;
        Assert.Equal((lease.Hi, 1), (settlement.Hi, settlement.Generation));
        if (settlement.Whole)
        {
            Assert.Empty(settlement.Failed);
            foreach (var offset in Open(lease))
                Acked(offset, lease.Token);
            _leases.Remove(lease.Lo);
            return true;
        }

        foreach (var failure in settlement.Failed.Where(f => !lease.Settled[f.Offset - lease.Lo]))
        {
            lease.Settled[failure.Offset - lease.Lo] = true;
            Failed(failure, new RetryRow(0, 0, now), lease.Token, now);
        }

        foreach (var offset in settlement.Acked.Where(offset => !lease.Settled[offset - lease.Lo]))
        {
            lease.Settled[offset - lease.Lo] = true;
            Acked(offset, lease.Token);
        }

        if (lease.Settled.All(settled => settled))
            _leases.Remove(lease.Lo);
        return true;
    }

    private bool Settle(Guid node, RetrySettlement settlement, TimeSpan now)
    {
        if (!_retries.TryGetValue(settlement.Offset, out var row) || row.Token != settlement.Token || row.Node != node)
            return false;
        _retries.Remove(settlement.Offset);
        if (settlement.Failed is { } failure)
            Failed(failure, row, settlement.Token, now);
        else
            Acked(settlement.Offset, settlement.Token);
        return true;
    }

    private void Acked(long offset, Guid token)
    {
        journal.CheckAck(offset, token);
        _acked.Add(offset);
    }

    private void Failed(Failure failure, RetryRow row, Guid token, TimeSpan now)
    {
        journal.CheckFailure(failure, row.Attempts, token);
        if (failure.Bury)
            Assert.True(_buried.Add(failure.Offset), $"{failure.Offset} was buried twice");
        else
            _retries.Add(failure.Offset, new RetryRow(failure.Attempts, row.Deaths, now + failure.Delay));
    }

    private bool IsSuspect(RetryRow row) =>
        row.Deaths >= 2 || (row.Deaths == 1 && rules.Retry.MaxAttempts > 0 && row.Attempts + 1 >= rules.Retry.MaxAttempts);

    private static IEnumerable<long> Open(LeaseRow lease)
    {
        for (var offset = lease.Lo; offset < lease.Hi; offset++)
        {
            if (!lease.Settled[offset - lease.Lo])
                yield return offset;
        }
    }

    private void RequireNode(Guid node)
    {
        if (!_nodes.Contains(node))
            throw new StoreException(FaultKind.Gone, "the node is no longer registered");
    }
}
