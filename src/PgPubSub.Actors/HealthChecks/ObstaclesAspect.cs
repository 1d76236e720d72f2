using PgPubSub.Postgres.Health;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>Who stands in the way of the tables.</summary>
internal static class ObstaclesAspect
{
    private const int MostNamed = 3;
    private const int MostTold = 20;

    public static Verdict Judge(InstanceSight seen)
    {
        if (seen.Store is not { } store)
            return Verdict.Healthy("The instance keeps everything in memory: nobody can stand in its way.");
        if (store.Server.Seen is null)
            return Verdict.Degraded(DatabaseAspect.Away);
        if (store.Obstacles.Seen is not { } obstacles)
            return Verdict.Degraded($"It could not be looked at who holds locks and snapshots. {store.Obstacles.Problem}");
        var blind = obstacles.SeesAll ? "" : " Of other roles' sessions it is not seen what they hold back: the role is not a member of pg_read_all_stats.";
        if (obstacles.All.Count == 0)
            return Verdict.Healthy($"Nobody holds a lock on a table, or VACUUM back.{blind}").With("sees_all", obstacles.SeesAll);
        var named = obstacles.All.Take(MostNamed).ToList();
        var more = obstacles.All.Count > MostNamed ? $" And {obstacles.All.Count - MostNamed} more." : "";
        var said = string.Join(" ", named.Select(one => one.What)) + more + " " + string.Join(" ", named.Select(one => one.Advice).Distinct()) + blind;
        return obstacles.All.Take(MostTold).Select((one, at) => (one, at)).Aggregate(
            Verdict.Degraded(said).With("sees_all", obstacles.SeesAll).With("holders", obstacles.All.Count), (verdict, each) => Tell(verdict, $"holder{each.at + 1}", each.one));
    }

    private static Verdict Tell(Verdict said, string name, Obstacle obstacle) => said
        .With($"{name}.kind", obstacle.Kind.ToString()).With($"{name}.pid", obstacle.Holder.Pid).With($"{name}.application", obstacle.Holder.Name)
        .With($"{name}.state", obstacle.Holder.State).With($"{name}.table", obstacle.Table)
        .With($"{name}.age_seconds", obstacle.Holder.Age is { } age ? Math.Round(age.TotalSeconds, 3) : null);
}
