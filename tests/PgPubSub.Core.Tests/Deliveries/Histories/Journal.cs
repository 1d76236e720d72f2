using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>What consumers of all nodes were handed, what they answered and what they were told; rules R3, R6 and R7 are checked here.</summary>
internal sealed class Journal(GroupRules rules)
{
    private readonly Dictionary<long, List<HandedOut>> _handed = [];
    private readonly HashSet<(Guid Node, Guid Token)> _lost = [];
    private readonly HashSet<Guid> _lostNodes = [];
    private readonly HashSet<long> _confirmed = [];

    public int HandOuts { get; private set; }

    public int Again { get; private set; }

    public HandedOut Add(Item item, Guid node, bool buried)
    {
        var offset = item.Event.Offset;
        if (!_handed.TryGetValue(offset, out var all))
            _handed[offset] = all = [];
        Assert.False(_confirmed.Contains(offset), $"R6: {offset} was handed out after its ack was confirmed");
        Assert.False(buried, $"R7: {offset} was handed out after it was buried");
        if (all.Count > 0)
        {
            var last = all[^1];
            Assert.True(item.Attempt > last.Attempt, $"R3: {offset} came again as attempt {item.Attempt} after {last.Attempt}");
            var allowed = last.Ending is Ending.Nacked or Ending.Late or Ending.Stopped || IsLost(last);
            Assert.True(allowed, $"R3: {offset} came again though its hand-out had ended as {last.Ending}");
            Again++;
        }

        var handed = new HandedOut(item.Attempt, node, item.Holding.Token);
        all.Add(handed);
        var most = rules.Retry.MaxAttempts + (all.Any(h => _lostNodes.Contains(h.Node)) ? 1 : 0);
        Assert.True(rules.Retry.MaxAttempts == 0 || all.Count <= most, $"R7: {offset} was handed out {all.Count} times");
        HandOuts++;
        return handed;
    }

    /// <summary>A hand-out that its consumer had not begun does not count.</summary>
    public void Forget(long offset, HandedOut handed) => _handed[offset].Remove(handed);

    public void Confirmed(long offset) => _confirmed.Add(offset);

    /// <summary>A node was taken over: its leases are others'.</summary>
    public void Lost(Guid node) => _lostNodes.Add(node);

    /// <summary>Claims of a node went back.</summary>
    public void Lost(Guid node, IEnumerable<Guid> tokens) => _lost.UnionWith(tokens.Select(token => (node, token)));

    public void CheckAck(long offset, Guid token) =>
        Assert.True(Under(offset, token)?.Ending is Ending.Acked, $"R3: {offset} was settled as acked though nobody acked it");

    public void CheckFailure(Failure failure, int attemptsBefore, Guid token)
    {
        var handed = Under(failure.Offset, token);
        Assert.True(
            failure.Attempts == attemptsBefore + (handed is null ? 0 : 1),
            $"{failure.Offset} failed with {failure.Attempts} attempts after {attemptsBefore}, {(handed is null ? "never" : "once")} handed out meanwhile");
        Assert.True(handed?.Ending is null or Ending.Nacked or Ending.Buried or Ending.Late or Ending.Stopped, $"{failure.Offset} failed though it ended as {handed?.Ending}");
        Assert.True(failure.Bury == (handed is not null && (handed.Ending is Ending.Buried || rules.Retry.Exhausted(failure.Attempts))), $"R7: {failure.Offset} after {failure.Attempts} attempts: bury is {failure.Bury}");
    }

    /// <summary>R3: whether some consumer acked it.</summary>
    public bool WasAcked(long offset) => _handed.TryGetValue(offset, out var all) && all.Exists(h => h.Ending is Ending.Acked);

    private bool IsLost(HandedOut handed) => _lostNodes.Contains(handed.Node) || _lost.Contains((handed.Node, handed.Token));

    private HandedOut? Under(long offset, Guid token) => _handed.TryGetValue(offset, out var all) ? all.Find(h => h.Token == token) : null;
}
