using PgPubSub.Postgres.Health;

namespace PgPubSub.Actors.HealthChecks;

/// <summary>Whether the schema is of a version that this program can work with.</summary>
internal static class SchemaAspect
{
    public static Verdict Judge(InstanceSight seen)
    {
        if (seen.Store is not { } store)
            return Verdict.Healthy("The instance keeps everything in memory: there is no schema.");
        if (store.Server.Seen is null)
            return Verdict.Degraded(DatabaseAspect.Away);
        if (store.Schema.Seen is not { } schema)
            return Verdict.Degraded($"The schema's version could not be read. {store.Schema.Problem} The role must be allowed to read the table migration; docs/roles.sql grants it.");
        return Say(schema).With("schema", schema.Name).With("version", schema.Version).With("wanted", schema.Wanted);
    }

    private static Verdict Say(SchemaState schema) => schema.Standing switch
    {
        SchemaStanding.Missing when schema.MigratesItself => Verdict.Unhealthy($"Schema {schema.Name} is not there. The node makes it on first use; where it stays so, its role may not CREATE."),
        SchemaStanding.Missing => Verdict.Unhealthy($"Schema {schema.Name} is not there: call MigrateAsync with a role that may CREATE, or set AutoMigrate."),
        SchemaStanding.Newer => Verdict.Unhealthy($"Schema {schema.Name} is at version {schema.Version}, which is newer than this program and marked breaking: update the program."),
        SchemaStanding.Foreign => Verdict.Unhealthy($"Schema {schema.Name} was made by another program's migrations: give each its own schema, or use the version of this library that made it."),
        SchemaStanding.Old when schema.MigratesItself => Verdict.Degraded($"Schema {schema.Name} lacks {Lacks(schema)}. The node brings it up to date on first use; where it stays so, its role may not CREATE."),
        SchemaStanding.Old => Verdict.Unhealthy($"Schema {schema.Name} is older than this program and lacks {Lacks(schema)}: call MigrateAsync with a role that may CREATE, or set AutoMigrate."),
        _ when schema.Version > schema.Wanted => Verdict.Healthy($"Schema {schema.Name} is at version {schema.Version}, newer than this program, which works with it."),
        _ => Verdict.Healthy($"Schema {schema.Name} is at version {schema.Version}."),
    };

    private static string Lacks(SchemaState schema) => schema.Lacks.Count == 1 ? $"migration {schema.Lacks[0]}" : $"migrations {string.Join(", ", schema.Lacks)}";
}
