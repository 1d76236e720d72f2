using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.InMemory.Nodes;

/// <summary>Turns what a node holds into retries that are due at once; a death counts for each.</summary>
/// <param name="node">The node.</param>
/// <param name="tokens">What of it; null for all.</param>
/// <param name="unbegun">Tokens of which the node knows that nothing was handed out: no attempt counts for what bears them.</param>
/// <param name="died">Whether the node died.</param>
/// <param name="why">A reason for people.</param>
/// <param name="now">The moment.</param>
internal sealed class Returning(Guid node, IReadOnlyList<Guid>? tokens, IReadOnlyList<Guid> unbegun, bool died, string why, DateTimeOffset now)
{
    private readonly int _deaths = died ? 1 : 0;
    private List<int> _deathsOfHeld = [];

    /// <summary>Returns what it holds of all groups, and says how many messages went back.</summary>
    public int Run(IEnumerable<GroupRow> groups)
    {
        _deathsOfHeld = [.. groups.SelectMany(group => group.Retries.HeldBy(node)).Select(retry => retry.Deaths)];
        return groups.Sum(group => Leases(group) + Retries(group));
    }

    // Of a claim that was begun, messages that were never handed out are counted as if they had been: nobody is left to say.
    private int Leases(GroupRow group)
    {
        var returned = 0;
        foreach (var lease in group.Leases.Values.Where(lease => lease.Node == node && IsMeant(lease.Token)).ToList())
        {
            group.Leases.Remove(lease.Lo);
            var attempts = Counted(lease.Token);
            foreach (var offset in lease.OpenOffsets())
            {
                if (IsLast(group, attempts, lease.Token))
                    group.Bury(offset, attempts, Why, copy: null, now);
                else if (group.Retries.Add(new RetryRow(offset, attempts, _deaths, now, TimeSpan.Zero, Copy: null)))
                    returned++;
            }
        }

        return returned;
    }

    private int Retries(GroupRow group)
    {
        var returned = 0;
        foreach (var retry in group.Retries.HeldBy(node).Where(retry => IsMeant(retry.Token!.Value)).ToList())
        {
            var attempts = retry.Attempts + Counted(retry.Token!.Value);
            if (IsLast(group, attempts, retry.Token.Value) || IsKiller(group, retry))
            {
                group.Retries.Remove(retry.Offset);
                group.Bury(retry.Offset, attempts, Why, retry.Copy, now);
                continue;
            }

            group.Retries.Put(new RetryRow(retry.Offset, attempts, retry.Deaths + _deaths, now, Wait(group, retry), retry.Copy));
            returned++;
        }

        return returned;
    }

    private bool IsMeant(Guid token) => tokens is null || tokens.Contains(token);

    private int Counted(Guid token) => unbegun.Contains(token) ? 0 : 1;

    private string Why => died ? why : why + " while it was out for the last time";

    // Where nobody died, what had its last attempt may have been in somebody's hands, and must not come once more.
    private bool IsLast(GroupRow group, int attempts, Guid token) => !died && !unbegun.Contains(token) && group.Rules.Retry.Exhausted(attempts);

    // Of what a death leaves only the one suspect of its node is buried: a killer goes, and no innocent with it. Whatever was there at as many deaths may be the killer as well.
    private bool IsKiller(GroupRow group, RetryRow retry) =>
        retry.Suspect && died && group.Rules.Retry.Exhausted(retry.Attempts + 1) && _deathsOfHeld.Count(deaths => deaths >= retry.Deaths) == 1;

    private static TimeSpan Wait(GroupRow group, RetryRow retry)
    {
        var rules = group.Rules.Retry;
        return retry.Deaths == 0
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Math.Min(rules.Most.TotalMilliseconds, rules.First.TotalMilliseconds * Math.Pow(rules.Factor, Math.Min(retry.Deaths - 1, 30))));
    }
}
