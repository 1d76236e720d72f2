using System.Diagnostics;
using NpgsqlTypes;
using PgPubSub.Benchmarks.Labs;

namespace PgPubSub.Benchmarks.Floors;

/// <summary>COPY: the most a client can push into the table, offsets known beforehand.</summary>
internal static class CopyFloor
{
    /// <summary>Megabytes of payload a second.</summary>
    /// <param name="server">The server.</param>
    /// <param name="payloads">JSON texts, taken round and round.</param>
    /// <param name="rows">How many rows.</param>
    public static Task<double> MegabytesAsync(Server server, IReadOnlyList<byte[]> payloads, int rows) => Floor.RunAsync(server, async () =>
    {
        var texts = payloads.Select(System.Text.Encoding.UTF8.GetString).ToArray();
        var bytes = 0L;
        var clock = Stopwatch.StartNew();
        await using var connection = await server.OpenAsync();
        await using var writer = await connection.BeginBinaryImportAsync("""COPY limits.event (topic_id, "offset", event_id, type, data) FROM STDIN BINARY""");
        for (long i = 0; i < rows; i++)
        {
            var at = (int)(i % texts.Length);
            await writer.StartRowAsync();
            await writer.WriteAsync(1, NpgsqlDbType.Integer);
            await writer.WriteAsync(i, NpgsqlDbType.Bigint);
            await writer.WriteAsync(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
            await writer.WriteAsync(Payload.Type, NpgsqlDbType.Text);
            await writer.WriteAsync(texts[at], NpgsqlDbType.Json);
            bytes += payloads[at].Length;
        }

        var copied = await writer.CompleteAsync();
        CheckFailedException.Require(copied == (ulong)rows, "The floor copied another number of rows.");
        return Floor.Rate(bytes, clock) / 1e6;
    });
}
