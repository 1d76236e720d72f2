using System.Diagnostics;
using NpgsqlTypes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Postgres.Connections;

namespace PgPubSub.Postgres.Log;

/// <summary>Adds a start as the three parameters that locate_v1 and ensure_group_v1 take.</summary>
internal static class StartCall
{
    public static Call Add(Call call, StartFrom from) => from switch
    {
        StartFrom.AtEarliest => Add(call, "earliest", null, null),
        StartFrom.AtLatest => Add(call, "latest", null, null),
        StartFrom.AtOffset at => Add(call, "offset", at.Value, null),
        StartFrom.AtTime at => Add(call, "time", null, at.Value.ToUniversalTime()),
        _ => throw new UnreachableException(),
    };

    private static Call Add(Call call, string kind, long? offset, DateTimeOffset? time) =>
        call.Add(kind).AddOrNull(offset, NpgsqlDbType.Bigint).AddOrNull(time, NpgsqlDbType.TimestampTz);
}
