namespace PgPubSub.Core.Deliveries;

/// <summary>Settlements that are written in one transaction, and whoever waits for it.</summary>
internal sealed class SettleBatch
{
    private readonly List<LeaseSettlement> _leases = [];
    private readonly List<RetrySettlement> _retries = [];
    private readonly List<(Holding Holding, bool IsLease, int First, int Count, List<Confirmation> Confirmations)> _parts = [];

    public IReadOnlyList<LeaseSettlement> Leases => _leases;

    public IReadOnlyList<RetrySettlement> Retries => _retries;

    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Whether it was sent before without a known outcome: then a lost lease may be our own doing.</summary>
    public bool Doubtful { get; set; }

    /// <summary>The shortest delay among its failures that are retried.</summary>
    public TimeSpan? SoonestRetry => _leases.SelectMany(l => l.Failed).Concat(_retries.Select(r => r.Failed).OfType<Failure>())
        .Where(f => !f.Bury).Min(f => (TimeSpan?)f.Delay);

    public void Add(Holding holding, LeaseSettlement lease, List<Confirmation> confirmations)
    {
        _parts.Add((holding, true, _leases.Count, 1, confirmations));
        _leases.Add(lease);
    }

    public void Add(Holding holding, List<RetrySettlement> retries, List<Confirmation> confirmations)
    {
        _parts.Add((holding, false, _retries.Count, retries.Count, confirmations));
        _retries.AddRange(retries);
    }

    /// <summary>Pairs each holding with whether it was still held.</summary>
    public IEnumerable<(Holding Holding, bool Held, List<Confirmation> Confirmations)> Read(SettleResult result)
    {
        foreach (var (holding, isLease, first, count, confirmations) in _parts)
        {
            var held = isLease ? result.Leases[first] : Enumerable.Range(first, count).All(i => result.Retries[i]);
            yield return (holding, held, confirmations);
        }
    }

    /// <summary>Everybody who waits.</summary>
    public IEnumerable<Confirmation> Waiting => _parts.SelectMany(part => part.Confirmations);
}
