using Npgsql;
using PgPubSub.Postgres.Schema;

namespace PgPubSub.Postgres.Health;

/// <summary>How a schema's version stands to this program's.</summary>
internal enum SchemaStanding
{
    /// <summary>It has what this program needs.</summary>
    Current,

    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>It lacks migrations.</summary>
    Old,

    /// <summary>It has a migration that this program doesn't know and that is marked breaking.</summary>
    Newer,

    /// <summary>A migration was applied from another text than this program's.</summary>
    Foreign,
}

/// <summary>A schema's version.</summary>
/// <param name="Standing">How it stands to this program's.</param>
/// <param name="Name">The schema's name.</param>
/// <param name="Version">The newest migration that it has; 0 where it has none.</param>
/// <param name="Wanted">The newest migration that this program knows.</param>
/// <param name="Lacks">The migrations that it lacks.</param>
/// <param name="MigratesItself">Whether this node brings it up to date on first use.</param>
internal sealed record SchemaState(SchemaStanding Standing, string Name, int Version, int Wanted, IReadOnlyList<int> Lacks, bool MigratesItself)
{
    public static SchemaState Of(string schema, IReadOnlyList<Migration> line, IReadOnlyList<AppliedMigration> applied, bool migratesItself)
    {
        var own = applied.Where(one => one.Line == line[0].Line).ToDictionary(one => one.Version);
        int[] lacks = [.. line.Select(step => step.Version).Where(version => !own.ContainsKey(version))];
        var known = line.ToDictionary(step => step.Version);
        var standing = own.Count == 0 ? SchemaStanding.Missing
            : own.Values.Any(one => one.Breaking && !known.ContainsKey(one.Version)) ? SchemaStanding.Newer
            : own.Values.Any(one => known.TryGetValue(one.Version, out var step) && step.Checksum != one.Checksum) ? SchemaStanding.Foreign
            : lacks.Length > 0 ? SchemaStanding.Old
            : SchemaStanding.Current;
        return new SchemaState(standing, schema, own.Keys.DefaultIfEmpty().Max(), line[^1].Version, lacks, migratesItself);
    }
}

/// <summary>A migration that a schema has.</summary>
internal sealed record AppliedMigration(string Line, int Version, string Checksum, bool Breaking)
{
    public static AppliedMigration Of(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetBoolean(3));
}
