using System.Runtime.InteropServices;
using NpgsqlTypes;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres.Connections;

namespace PgPubSub.Postgres.Log;

/// <summary>Events as columns. A column that none of them uses is sent as null: the server pads it.</summary>
internal sealed class EventColumns(int count)
{
    private readonly Guid[] _ids = new Guid[count];
    private readonly string[] _types = new string[count];
    private readonly int[] _sizes = new int[count];
    private string?[]? _keys, _contentTypes;
    private byte[]?[]? _data, _bodies, _headers;
    private int _next;

    public EventColumns Add(IReadOnlyList<NewEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
            Add(events[i], _next++);
        return this;
    }

    /// <summary>Adds them as the parameters that both functions which append end with.</summary>
    public Call AddTo(Call call) => call.Add(_ids).Add(_types)
        .AddOrNull(_keys, NpgsqlDbType.Array | NpgsqlDbType.Text)
        .AddOrNull(_data, NpgsqlDbType.Array | NpgsqlDbType.Json)
        .AddOrNull(_bodies, NpgsqlDbType.Array | NpgsqlDbType.Bytea)
        .AddOrNull(_contentTypes, NpgsqlDbType.Array | NpgsqlDbType.Text)
        .AddOrNull(_headers, NpgsqlDbType.Array | NpgsqlDbType.Json)
        .Add(_sizes);

    private void Add(NewEvent e, int at)
    {
        (_ids[at], _types[at], _sizes[at]) = (e.Id, e.Type, e.Size);
        if (e.Key is not null)
            (_keys ??= new string?[count])[at] = e.Key;
        if (e.Headers is { } headers)
            (_headers ??= new byte[]?[count])[at] = Whole(headers);
        if (e.ContentType is null)
        {
            (_data ??= new byte[]?[count])[at] = Whole(e.Data);
            return;
        }

        (_bodies ??= new byte[]?[count])[at] = Whole(e.Data);
        (_contentTypes ??= new string?[count])[at] = e.ContentType;
    }

    // Copied only where it is a part of something larger.
    private static byte[] Whole(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) && array.Offset == 0 && array.Count == array.Array!.Length ? array.Array : bytes.ToArray();
}
