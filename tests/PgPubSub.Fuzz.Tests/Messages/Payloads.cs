using System.Text;
using System.Text.Json;
using PgPubSub.Actors;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>Objects that somebody might publish.</summary>
internal static class Payloads
{
    public static readonly IReadOnlyList<Value> All =
    [
        new("a number", new Number(1)), new("null", (object?)null), new("a text", "a\0\uD800'); DROP TABLE pgpubsub.event; --"), new("a plain object", new object()), new("no number", double.NaN), new("a large number", decimal.MaxValue),
        new("no element", default(JsonElement)), new("an element", JsonElement.Parse("""{"a":[1,{"b":null}]}""")), new("lone escapes", JsonElement.Parse("\"\\ud800\"")), new("bytes", new byte[] { 1, 2 }),
        new("an array that is no event", new ReadOnlyMemory<byte>([1])), new("a type", typeof(string)), new("a pointer", nint.MaxValue), new("a delegate", () => { }), new("a task", Task.CompletedTask), new("a stream", Stream.Null),
        new("a getter that throws", new Throwing()), new("a circle", new Circle()), new("a request", new Publish(Pools.Topic, 1)), new("an actor", hub => hub.Hub), new("1 MiB", new string('x', 1_048_576)),
        Bytes("half of a JSON text", "{\"a\":", "application/json"), Bytes("NUL in JSON", "\"\\u0000\"", "application/json"), Bytes("deep JSON", new string('[', 5_000) + new string(']', 5_000), "application/json"),
        Bytes("just deep", new string('[', 900) + new string(']', 900), "application/json"), Bytes("nothing", "", "application/json"), Bytes("nothing of a kind", "", "text/plain"), Bytes("JSON twice", "1 2", "application/json"),
        .. Texts.Hostile.Select(text => new Value("bytes of the kind " + text.Name, new EventBytes("x"u8.ToArray(), (string)text.Make(null!)!))), new("no UTF-8", new EventBytes(new byte[] { 0xff, 0xfe, 0 }, "application/json")),
        new("no bytes", new EventBytes(default, "application/octet-stream")), new("a rope of a number", Enumerable.Range(0, 10_000)),
    ];

    private static Value Bytes(string name, string text, string kind) => new(name, new EventBytes(Encoding.UTF8.GetBytes(text), kind));

    private sealed class Throwing
    {
        public string Text => throw new InvalidOperationException("thrown");
    }

    private sealed class Circle
    {
        public Circle Self => this;
    }
}
