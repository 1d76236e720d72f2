using System.Text;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Schema;

/// <summary>Migrations as a text that psql runs: one transaction, with the lock and the records that the migrator writes.</summary>
internal static class MigrationScript
{
    public static string Of(SqlCatalog sql, string schema, IReadOnlyList<Migration> missing, bool schemaThere, bool tableThere)
    {
        var script = new StringBuilder();
        Add(sql[Sql.Begin], sql[Sql.LockMigrations], sql[Sql.LimitLockWait]);
        if (!schemaThere)
            Add(sql[Sql.CreateSchema]);
        if (!tableThere)
            Add(sql[Sql.CreateMigrations]);
        foreach (var step in missing)
        {
            script.Append("-- ").Append(step.Line).Append('/').Append(step.Version).Append(' ').Append(step.Name).Append('\n');
            script.Append(SqlCatalog.InSchema(step.Text, schema).TrimEnd()).Append('\n');
            Add(Record(sql, step));
        }

        Add(sql[Sql.Commit]);
        return script.ToString();

        void Add(params string[] statements)
        {
            foreach (var statement in statements)
                script.Append(statement.TrimEnd(';')).Append(";\n");
        }
    }

    // Nothing in it comes from outside: names and checksums are those of this program's own files.
    private static string Record(SqlCatalog sql, Migration step) => sql[Sql.RecordMigration]
        .Replace("$1", Literal(step.Line), StringComparison.Ordinal).Replace("$2", $"{step.Version}", StringComparison.Ordinal)
        .Replace("$3", Literal(step.Name), StringComparison.Ordinal).Replace("$4", Literal(step.Checksum), StringComparison.Ordinal)
        .Replace("$5", step.Breaking ? "true" : "false", StringComparison.Ordinal);

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
