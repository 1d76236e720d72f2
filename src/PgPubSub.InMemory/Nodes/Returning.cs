using PgPubSub.InMemory.Leases;
using PgPubSub.InMemory.Subscriptions;

namespace PgPubSub.InMemory.Nodes;

/// <summary>Turns what a node holds into retries that are due at once; a death counts for each.</summary>
/// <param name="node">The node.</param>
/// <param name="tokens">What of it; null for all.</param>
/// <param name="died">Whether the node died.</param>
/// <param name="why">A reason for people.</param>
/// <param name="now">The moment.</param>
internal sealed class Returning(Guid node, IReadOnlyList<Guid>? tokens, bool died, string why, DateTimeOffset now)
{
    private readonly int _deaths = died ? 1 : 0;
    private List<int> _deathsOfHeld = [];

    /// <summary>Returns what it holds of all groups, and says how many messages went back.</summary>
    public int Run(IEnumerable<GroupRow> groups)
    {
        _deathsOfHeld = [.. groups.SelectMany(group => group.Retries.HeldBy(node)).Select(retry => retry.Deaths)];
        return groups.Sum(group => Leases(group) + Retries(group));
    }

    // Messages that were never handed out are counted as if they had been: nobody is left to say.
    private int Leases(GroupRow group)
    {
        var returned = 0;
        foreach (var lease in group.Leases.Values.Where(lease => lease.Node == node && IsMeant(lease.Token)).ToList())
        {
            group.Leases.Remove(lease.Lo);
            returned += lease.OpenOffsets().Count(offset => group.Retries.Add(new RetryRow(offset, Attempts: 1, _deaths, now, Copy: null)));
        }

        return returned;
    }

    private int Retries(GroupRow group)
    {
        var returned = 0;
        foreach (var retry in group.Retries.HeldBy(node).Where(retry => IsMeant(retry.Token!.Value)).ToList())
        {
            if (IsBuried(group, retry))
            {
                group.Retries.Remove(retry.Offset);
                group.Bury(retry.Offset, retry.Attempts + 1, why, retry.Copy, now);
                continue;
            }

            group.Retries.Put(new RetryRow(retry.Offset, retry.Attempts + 1, retry.Deaths + _deaths, now + Wait(group, retry), retry.Copy));
            returned++;
        }

        return returned;
    }

    private bool IsMeant(Guid token) => tokens is null || tokens.Contains(token);

    // Only a death as the one suspect of its node buries: a killer goes, and no innocent with it. Whatever was there at as many deaths may be the killer as well.
    private bool IsBuried(GroupRow group, RetryRow retry) =>
        retry.Suspect && died && group.Rules.Retry.Exhausted(retry.Attempts + 1) && _deathsOfHeld.Count(deaths => deaths >= retry.Deaths) == 1;

    private static TimeSpan Wait(GroupRow group, RetryRow retry)
    {
        var rules = group.Rules.Retry;
        return retry.Deaths == 0
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Math.Min(rules.Most.TotalMilliseconds, rules.First.TotalMilliseconds * Math.Pow(rules.Factor, Math.Min(retry.Deaths - 1, 30))));
    }
}
