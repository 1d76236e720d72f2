using NpgsqlTypes;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;
using PgPubSub.Postgres.Statements;

namespace PgPubSub.Postgres.Log;

/// <summary>Turns a batch into columns. A column that no event of the batch uses is sent as null: the server pads it.</summary>
internal static class AppendCall
{
    public static Call Of(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events)
    {
        var (ids, types, sizes) = (new Guid[events.Count], new string[events.Count], new int[events.Count]);
        string?[]? keys = null, contentTypes = null;
        byte[]?[]? data = null, bodies = null, headers = null;
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            (ids[i], types[i], sizes[i]) = (e.Id, e.Type, e.Size);
            if (e.Key is not null)
                (keys ??= new string?[events.Count])[i] = e.Key;
            if (e.Headers is { } header)
                (headers ??= new byte[]?[events.Count])[i] = header.ToArray();
            if (e.ContentType is null)
            {
                (data ??= new byte[]?[events.Count])[i] = e.Data.ToArray();
                continue;
            }

            (bodies ??= new byte[]?[events.Count])[i] = e.Data.ToArray();
            (contentTypes ??= new string?[events.Count])[i] = e.ContentType;
        }

        return new Call(Sql.Append).Add(topic.Value).Add(knownTail).Add(ids).Add(types)
            .AddOrNull(keys, NpgsqlDbType.Array | NpgsqlDbType.Text)
            .AddOrNull(data, NpgsqlDbType.Array | NpgsqlDbType.Json)
            .AddOrNull(bodies, NpgsqlDbType.Array | NpgsqlDbType.Bytea)
            .AddOrNull(contentTypes, NpgsqlDbType.Array | NpgsqlDbType.Text)
            .AddOrNull(headers, NpgsqlDbType.Array | NpgsqlDbType.Json)
            .Add(sizes);
    }
}
