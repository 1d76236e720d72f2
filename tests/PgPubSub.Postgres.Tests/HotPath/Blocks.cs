using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace PgPubSub.Postgres.Tests.HotPath;

/// <summary>How many blocks a statement touches.</summary>
internal static class Blocks
{
    /// <summary>The blocks that a statement found or read, those of its functions included.</summary>
    public static async Task<long> TouchedAsync(Sessions direct, NpgsqlConnection connection, string sql)
    {
        using var plan = JsonDocument.Parse(await direct.ScalarAsync<string>(connection, $"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}"));
        var top = plan.RootElement[0].GetProperty("Plan");
        return top.GetProperty("Shared Hit Blocks").GetInt64() + top.GetProperty("Shared Read Blocks").GetInt64();
    }

    /// <summary>The first row's columns, with | between them; of an array its first element.</summary>
    public static async Task<string> FirstRowAsync(Sessions direct, NpgsqlConnection connection, string sql)
    {
        await using var command = direct.Command(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))) : "";
    }

    private static string? Text(object value) =>
        value is Array { Length: > 0 } many ? Text(many.GetValue(0)!) : Convert.ToString(value, CultureInfo.InvariantCulture);
}
