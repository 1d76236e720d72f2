using System.Text;

namespace PgPubSub.Benchmarks.Labs;

/// <summary>The payload of every figure that names no other: about 140 bytes of JSON, a chunk of streamed text.</summary>
internal static class Payload
{
    public const string Type = "chunk";

    public const string Json =
        """{"text":"hello world, this is a chunk of a streamed agent reply","runId":"run-123","n":12345,"tags":["a","b","c"],"nested":{"k":"v","x":1.5}}""";

    public static readonly byte[] Utf8 = Encoding.UTF8.GetBytes(Json);
}
