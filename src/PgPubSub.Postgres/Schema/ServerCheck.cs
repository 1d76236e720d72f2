using Npgsql;
using PgPubSub.Core.Faults;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Schema;

/// <summary>Refuses by name a server that can't keep the promises.</summary>
internal static class ServerCheck
{
    private const int OldestVersion = 140000;

    public static async Task<Way> RunAsync(NpgsqlConnection connection, SqlCatalog sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql[Sql.Server], connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        if (Problem(reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2)) is { } problem)
            throw new StoreException(FaultKind.Schema, problem);
        return reader.GetInt32(3) == connection.ProcessID ? Way.Direct : Way.Pooler;
    }

    public static string? Problem(int version, string encoding, bool standby) =>
        version < OldestVersion ? $"PostgreSQL {version / 10000} is too old: 14 or newer is needed."
        : encoding != "UTF8" ? $"The database's encoding is {encoding}: UTF8 is needed."
        : standby ? "The server is a standby: a primary is needed."
        : null;
}
