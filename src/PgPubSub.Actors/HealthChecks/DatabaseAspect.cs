namespace PgPubSub.Actors.HealthChecks;

/// <summary>Whether the database can be reached and used.</summary>
internal static class DatabaseAspect
{
    /// <summary>What to say where something is not seen because of the database.</summary>
    public const string Away = "Not looked at: the database can't be used; see pgpubsub.database.";

    public static Verdict Judge(InstanceSight seen)
    {
        if (seen.Store is not { } store)
            return Verdict.Healthy("The instance keeps everything in memory: there is no database.");
        if (store.Server.Seen is not { } server)
            return Verdict.Unhealthy(
                $"{store.Server.Problem} Publishes wait and nothing is delivered until it can be used: look whether the server runs as a primary, can be reached from here, and takes this role and another connection.");
        var version = server.Version / 10000;
        return Verdict.Healthy($"PostgreSQL {version} answers{(server.Pooler ? ", through a pooler" : "")}.").With("version", server.Version).With("pooler", server.Pooler);
    }
}
