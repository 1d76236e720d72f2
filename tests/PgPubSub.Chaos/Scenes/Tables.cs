using Npgsql;
using PgPubSub.Chaos.Checks;

namespace PgPubSub.Chaos.Scenes;

/// <summary>Reads what the tables hold of the group and its topics.</summary>
internal static class Tables
{
    /// <summary>How many events the group has not claimed.</summary>
    public static async Task<long> UnclaimedAsync(NpgsqlDataSource admin, string schema) => (long)(await ScalarAsync(admin,
        $"""
        SELECT coalesce(sum(coalesce((SELECT max(e."offset") + 1 FROM {schema}.event e WHERE e.topic = t.id), 0)
          - coalesce((SELECT max(c.hi) FROM {schema}.cursor c WHERE c.topic = t.id), 0)), 0)::bigint FROM {schema}.topic t
        """))!;

    /// <summary>How many leases and retries the group has.</summary>
    public static async Task<long> HeldAsync(NpgsqlDataSource admin, string schema) =>
        (long)(await ScalarAsync(admin, $"SELECT (SELECT count(*) FROM {schema}.lease) + (SELECT count(*) FROM {schema}.retry)"))!;

    public static async Task<IReadOnlyList<TopicTables>> ReadAsync(NpgsqlDataSource admin, string schema)
    {
        var topics = new List<TopicTables>();
        foreach (var (id, name) in await RowsAsync(admin, $"SELECT id, name FROM {schema}.topic ORDER BY name", row => (row.GetInt32(0), row.GetString(1))))
        {
            topics.Add(new TopicTables(
                name,
                await RowsAsync(admin,
                    $"""
                    SELECT "offset", event_id, (data->>'number')::bigint, (extract(epoch FROM published_at) * 1000000)::bigint FROM {schema}.event WHERE topic = {id} ORDER BY "offset"
                    """,
                    row => new LogRow(row.GetInt64(0), row.GetGuid(1), row.GetInt64(2), row.GetInt64(3))),
                await RowsAsync(admin, $"SELECT \"offset\", attempts FROM {schema}.dead_letter WHERE topic = {id}", row => new DeadRow(row.GetInt64(0), row.GetInt32(1))),
                await ScalarAsync(admin, $"SELECT max(hi) FROM {schema}.cursor WHERE topic = {id}") is long cursor ? cursor : -1,
                (long)(await ScalarAsync(admin, $"SELECT count(*) FROM {schema}.lease WHERE topic = {id}"))!,
                (long)(await ScalarAsync(admin, $"SELECT count(*) FROM {schema}.retry WHERE topic = {id}"))!));
        }

        return topics;
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource admin, string sql)
    {
        await using var command = admin.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<List<T>> RowsAsync<T>(NpgsqlDataSource admin, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = admin.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var all = new List<T>();
        while (await rows.ReadAsync())
            all.Add(read(rows));
        return all;
    }
}
