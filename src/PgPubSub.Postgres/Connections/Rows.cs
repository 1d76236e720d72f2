using Npgsql;
using PgPubSub.Core.Topics;

namespace PgPubSub.Postgres.Connections;

/// <summary>Reads result sets.</summary>
internal static class Rows
{
    // What the server counts microseconds from.
    private static readonly long Epoch = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    /// <summary>Reads nothing.</summary>
    public static Task<bool> DrainAsync(NpgsqlDataReader reader, CancellationToken stop) => Task.FromResult(true);

    /// <summary>Reads the first column of the only row.</summary>
    public static async Task<T> ScalarAsync<T>(NpgsqlDataReader reader, CancellationToken stop)
    {
        await reader.ReadAsync(stop);
        return reader.GetFieldValue<T>(0);
    }

    /// <summary>Makes a reader of the only row.</summary>
    public static Func<NpgsqlDataReader, CancellationToken, Task<T>> One<T>(Func<NpgsqlDataReader, T> row) => async (reader, stop) =>
    {
        await reader.ReadAsync(stop);
        return row(reader);
    };

    /// <summary>Makes a reader of all rows.</summary>
    public static Func<NpgsqlDataReader, CancellationToken, Task<IReadOnlyList<T>>> All<T>(Func<NpgsqlDataReader, T> row) =>
        async (reader, stop) => await ListAsync(reader, row, stop);

    /// <summary>Reads all rows.</summary>
    public static async Task<List<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> row, CancellationToken stop)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(stop))
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>Reads a topic's number and name.</summary>
    public static TopicName Topic(NpgsqlDataReader reader) => new(new TopicId(reader.GetInt32(0)), reader.GetString(1));

    /// <summary>Reads a moment. The server knows earlier and later ones than can be told here: they are the first or the last.</summary>
    public static DateTimeOffset Moment(NpgsqlDataReader reader, int column) => new(Epoch + (10 * Math.Clamp(reader.GetFieldValue<long>(column), -Epoch / 10, (DateTimeOffset.MaxValue.Ticks - Epoch) / 10)), TimeSpan.Zero);

    /// <summary>Reads an age, or null. A clock that was set back, or a node's that is fast, makes none that is negative.</summary>
    public static TimeSpan? Age(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : TimeSpan.FromTicks(Math.Max(0, reader.GetTimeSpan(column).Ticks));

    /// <summary>Reads an event whose columns are in the order that all blocks which return events share.</summary>
    public static StoredEvent Event(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
        reader.IsDBNull(4) && reader.IsDBNull(5) ? [] : reader.GetFieldValue<byte[]>(reader.IsDBNull(4) ? 5 : 4), reader.IsDBNull(6) ? null : reader.GetString(6),
        reader.IsDBNull(7) ? default(ReadOnlyMemory<byte>?) : reader.GetFieldValue<byte[]>(7), Moment(reader, 8));
}
