using Npgsql;
using NpgsqlTypes;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;

namespace PgPubSub.Postgres.Topics;

/// <summary>A retention as five parameters, and as five columns; null is no limit in both.</summary>
internal static class RetentionCall
{
    public static Call Add(Call call, Retention retention) =>
        call.AddOrNull(retention.Count, NpgsqlDbType.Bigint).AddOrNull(Milliseconds(retention.Age), NpgsqlDbType.Bigint)
            .AddOrNull(retention.MaxBacklogEvents, NpgsqlDbType.Bigint).AddOrNull(Milliseconds(retention.MaxBacklogAge), NpgsqlDbType.Bigint)
            .AddOrNull(Milliseconds(retention.DeadLetterAge), NpgsqlDbType.Bigint);

    public static Retention Read(NpgsqlDataReader row, int from) => new()
    {
        Count = row.IsDBNull(from) ? null : row.GetInt64(from),
        Age = Time(row, from + 1),
        MaxBacklogEvents = row.IsDBNull(from + 2) ? null : row.GetInt64(from + 2),
        MaxBacklogAge = Time(row, from + 3),
        DeadLetterAge = Time(row, from + 4),
    };

    private static long? Milliseconds(TimeSpan? time) => (long?)time?.TotalMilliseconds;

    private static TimeSpan? Time(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : TimeSpan.FromMilliseconds(row.GetInt64(at));
}
