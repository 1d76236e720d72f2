using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Faults;
using PgPubSub.Postgres.Health;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Schema;

/// <summary>Brings a schema up to date, or says what it lacks. Safe from many nodes at once; a failure leaves nothing behind.</summary>
internal sealed class Migrator(ConnectionPool pool, SqlCatalog sql, string schema, IReadOnlyList<Migration> line)
{
    public Task RunAsync(bool apply, CancellationToken stop) => OnServerAsync(
        async connection =>
        {
            if (apply)
                await ApplyAsync(connection, stop);
            else
                Require(await MissingAsync(connection, stop));
            return true;
        },
        stop);

    /// <summary>Looks at the schema's version; nothing is changed.</summary>
    public Task<SchemaState> StateAsync(bool migratesItself, CancellationToken stop) => OnServerAsync(
        async connection =>
        {
            var (_, tableThere) = await ExistAsync(connection, stop);
            return SchemaState.Of(schema, line, tableThere ? await AppliedAsync(connection, stop) : [], migratesItself);
        },
        stop);

    /// <summary>What would be run now; empty where nothing is missing.</summary>
    public Task<string> ScriptAsync(CancellationToken stop) => OnServerAsync(
        async connection =>
        {
            var missing = await MissingAsync(connection, stop);
            var (schemaThere, tableThere) = await ExistAsync(connection, stop);
            return missing.Count == 0 ? "" : MigrationScript.Of(sql, schema, missing, schemaThere, tableThere);
        },
        stop);

    /// <summary>Whether a pooler was seen before the server.</summary>
    public bool ExpectsPooler => pool.Pooler;

    /// <summary>Looks at the server alone: whether it is usable, and what lies before it.</summary>
    public Task CheckServerAsync(CancellationToken stop) => OnServerAsync(_ => Task.FromResult(true), stop);

    private async Task<T> OnServerAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken stop)
    {
        await using var session = await pool.OpenSessionAsync(stop);
        try
        {
            if (await ServerCheck.RunAsync(session.Connection, sql, stop) == Way.Pooler)
                pool.ExpectPooler();
            return await work(session.Connection);
        }
        catch (Exception e) when (e is not OperationCanceledException && SqlStates.Explains(e))
        {
            throw SqlStates.Explain(e, sent: false);
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        if (await MissingAsync(connection, stop) is not { Count: > 0 } missing)
            return; // the usual start takes no lock and needs no privilege
        try
        {
            await ApplyLockedAsync(connection, stop);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StoreException(FaultKind.Schema, $"Schema {schema} lacks {Versions(missing)}, and the role may not CREATE them (42501): call MigrateAsync with a role that may.") { SqlState = e.SqlState };
        }
    }

    private async Task ApplyLockedAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await RunAsync(connection, Sql.Begin, stop);
        await using (var others = Command(connection, new Call(Sql.LockMigrations)))
        {
            others.Timeout = 0; // as long as another node migrates
            await others.ExecuteNonQueryAsync(stop);
        }

        await RunAsync(connection, Sql.LimitLockWait, stop);
        var (schemaThere, tableThere) = await ExistAsync(connection, stop);
        if (!schemaThere)
            await RunAsync(connection, Sql.CreateSchema, stop);
        if (!tableThere)
            await RunAsync(connection, Sql.CreateMigrations, stop);
        foreach (var step in await MissingAsync(connection, stop))
        {
            await using (var command = new NpgsqlCommand(SqlCatalog.InSchema(step.Text, schema), connection) { CommandTimeout = 0 })
                await command.ExecuteNonQueryAsync(stop);
            await using var record = Command(
                connection, new Call(Sql.RecordMigration).Add(step.Line).Add(step.Version).Add(step.Name).Add(step.Checksum).Add(step.Breaking));
            await record.ExecuteNonQueryAsync(stop);
        }

        await RunAsync(connection, Sql.Commit, stop);
    }

    private async Task<List<Migration>> MissingAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        var (_, tableThere) = await ExistAsync(connection, stop);
        if (!tableThere)
            return [.. line];
        var missing = line.ToDictionary(step => step.Version);
        foreach (var applied in (await AppliedAsync(connection, stop)).Where(one => one.Line == line[0].Line))
        {
            if (missing.Remove(applied.Version, out var known))
                RequireSame(known, applied.Checksum);
            else if (applied.Breaking)
                throw new StoreException(FaultKind.Schema, $"Schema {schema} is at version {line[0].Line}/{applied.Version}, which is newer than this program and marked breaking: update the program.");
        }

        return [.. missing.Values.OrderBy(step => step.Version)];
    }

    private async Task<List<AppliedMigration>> AppliedAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var batch = Command(connection, new Call(Sql.Migrations));
        await using var reader = await batch.ExecuteReaderAsync(stop);
        return await Rows.ListAsync(reader, AppliedMigration.Of, stop);
    }

    private void RequireSame(Migration known, string checksum)
    {
        if (known.Checksum != checksum)
            throw new StoreException(FaultKind.Schema, $"Version {known.Line}/{known.Version} of schema {schema} was applied from another text than this program's.");
    }

    private void Require(List<Migration> missing)
    {
        if (missing.Count > 0)
            throw new StoreException(FaultKind.Schema, $"Schema {schema} lacks {Versions(missing)}: call MigrateAsync with a role that may CREATE, or set AutoMigrate.");
    }

    private static string Versions(List<Migration> missing) => string.Join(", ", missing.Select(step => $"{step.Line}/{step.Version}"));

    private async Task<(bool Schema, bool Table)> ExistAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var batch = Command(connection, new Call(Sql.MigrationsExist).Add(schema));
        await using var reader = await batch.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return (reader.GetBoolean(0), reader.GetBoolean(1));
    }

    private async Task RunAsync(NpgsqlConnection connection, string name, CancellationToken stop)
    {
        await using var batch = Command(connection, new Call(name));
        await batch.ExecuteNonQueryAsync(stop);
    }

    private NpgsqlBatch Command(NpgsqlConnection connection, Call call) => new(connection) { BatchCommands = { call.In(sql) } };
}
