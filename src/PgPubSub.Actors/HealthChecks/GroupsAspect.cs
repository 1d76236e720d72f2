using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>How far the groups that are served here are behind.</summary>
internal static class GroupsAspect
{
    private const int MostNamed = 3;
    private const int MostTold = 10;

    public static Verdict Judge(InstanceSight seen, PgPubSubHealthOptions options)
    {
        if (seen.Node is null)
            return Verdict.Unhealthy(NodeAspect.Silent);
        if (seen.Store is { Server.Seen: null })
            return Verdict.Degraded(DatabaseAspect.Away);
        if (seen.Groups.Seen is not { } groups)
            return Verdict.Degraded($"The groups could not be measured. {seen.Groups.Problem} {Locked(seen)}".TrimEnd());
        var behind = groups.Select(group => Look(group, options)).OrderByDescending(look => look.Status is HealthStatus.Unhealthy ? 2 : look.Status is HealthStatus.Degraded ? 1 : 0)
            .ThenByDescending(look => look.Group.OldestUnsettled).ThenByDescending(look => look.Group.Lag).ToList();
        var bad = behind.Where(look => look.Status is not HealthStatus.Healthy).ToList();
        var verdict = bad.Count == 0 ? Verdict.Healthy(groups.Count == 0 ? "No group is served here." : $"None of the {groups.Count} groups that are served here is behind.")
            : new Verdict(bad[0].Status, Say(bad), new Dictionary<string, object>());
        return behind.Take(MostTold).Aggregate(verdict.With("groups", groups.Count).With("behind", bad.Count), (said, look) => Tell(said, look.Group));
    }

    private static (GroupMeasure Group, HealthStatus Status, string What) Look(GroupMeasure group, PgPubSubHealthOptions options)
    {
        (HealthStatus Status, string What)[] all =
        [
            (Of(group.Lag, options.DegradedLag, options.UnhealthyLag), string.Create(CultureInfo.InvariantCulture, $"{group.Lag:N0} events were never claimed")),
            (Of(group.LagAge, options.DegradedLagAge, options.UnhealthyLagAge), $"the first event that was never claimed has waited for {Ages.Say(group.LagAge ?? default)}"),
            (Of(group.OldestUnsettled, options.DegradedUnsettledAge, options.UnhealthyUnsettledAge), $"its oldest unsettled event is {Ages.Say(group.OldestUnsettled ?? default)} old"),
        ];
        var over = all.Where(one => one.Status is not HealthStatus.Healthy).ToList();
        return (group, over.Count == 0 ? HealthStatus.Healthy : over.Min(one => one.Status), string.Join(", ", over.Select(one => one.What)));
    }

    // HealthStatus has the worst as the least.
    private static HealthStatus Of<T>(T? value, T? degraded, T? unhealthy) where T : struct, IComparable<T> =>
        value is not { } there ? HealthStatus.Healthy
        : unhealthy is { } worst && there.CompareTo(worst) >= 0 ? HealthStatus.Unhealthy
        : degraded is { } bad && there.CompareTo(bad) >= 0 ? HealthStatus.Degraded
        : HealthStatus.Healthy;

    private static string Say(List<(GroupMeasure Group, HealthStatus Status, string What)> bad) =>
        string.Join("; ", bad.Take(MostNamed).Select(look => $"Group {look.Group.Group} of {look.Group.Topic}: {look.What}"))
        + (bad.Count > MostNamed ? $"; and {bad.Count - MostNamed} more groups" : "")
        + ". Ask ListGroups whether it is paused and what is in flight; look whether its handlers fail or hang, and add nodes or concurrency where they are too slow.";

    private static string Locked(InstanceSight seen) =>
        seen.Store?.Obstacles.Seen?.All.FirstOrDefault(one => one.Kind is FindingKind.TableLocked) is { } held ? held.What : "";

    private static Verdict Tell(Verdict said, GroupMeasure group)
    {
        var name = $"{group.Topic}/{group.Group}";
        return said.With($"{name}.lag", group.Lag).With($"{name}.lag_age_seconds", Seconds(group.LagAge)).With($"{name}.oldest_unsettled_seconds", Seconds(group.OldestUnsettled));
    }

    private static object? Seconds(TimeSpan? age) => age is { } there ? Math.Round(there.TotalSeconds, 3) : null;
}
