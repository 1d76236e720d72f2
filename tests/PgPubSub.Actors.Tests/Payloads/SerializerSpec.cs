using System.Text;
using System.Text.Json;
using Akka.Actor;

namespace PgPubSub.Actors.Tests.Payloads;

public sealed class SerializerSpec : HubSpec
{
    private readonly Backwards _serializer = new();

    [Fact]
    public async Task What_it_writes_is_stored_opaque_under_its_media_type_and_read_by_it()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new Publish("t", new Number(7)), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);

        Assert.Equal(("application/x-backwards", "}7:\"eulav\"{"), (delivery.ContentType, Encoding.UTF8.GetString(delivery.Bytes.Span)));
        Assert.Equal(new Number(7), delivery.As<Number>());
        Assert.True(await AskAsync<bool>($"SELECT data IS NULL AND body IS NOT NULL FROM {Schema}.event"));
    }

    [Fact]
    public async Task Ready_json_and_bytes_go_round_it_and_it_is_told_what_it_reads()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new Publish("t", JsonElement.Parse("""{"value":1}"""), Type: "x"), TestActor);
        Hub.Tell(new Publish("t", new EventBytes("""{"value":2}"""u8.ToArray(), "application/json"), Type: "x"), TestActor);
        foreach (var value in new[] { 1, 2 })
        {
            var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
            Assert.Equal(("application/json", new Number(value)), (delivery.ContentType, delivery.As<Number>()));
        }
    }

    [Theory]
    [InlineData("application/json", "{\"secret\":", "not JSON")]
    [InlineData("application/json; charset=utf-8", "\"\\uD800 secret\"", "not JSON")]
    [InlineData("text/plain", null, "can't be serialised (FormatException)")]
    public async Task What_it_must_not_write_is_rejected_without_a_word_of_it(string contentType, string? written, string expected)
    {
        (_serializer.ContentType, _serializer.Written) = (contentType, () => written ?? throw new FormatException("secret"));
        Hub.Tell(new Publish("t", new Number(1)), TestActor);
        var rejected = await ExpectMsgAsync<PublishRejected>(Patience);
        Assert.Contains(expected, rejected.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_that_it_writes_is_stored_as_json()
    {
        (_serializer.ContentType, _serializer.Written) = ("Application/JSON; charset=utf-8", () => """{ "value" : 3 }""");
        Hub.Tell(new Publish("t", new Number(1)), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        Assert.Equal("""{ "value" : 3 }""", await AskAsync<string>($"SELECT data::text FROM {Schema}.event WHERE content_type IS NULL"));
    }

    [Theory]
    [InlineData("null", "Number: it is null.")]
    [InlineData("not backwards secret", "Number: FormatException.")]
    [InlineData("other", "Number: the serializer made another type.")]
    public async Task What_it_can_not_read_is_told_without_a_word_of_it(string bytes, string expected)
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new Publish("t", new EventBytes(Encoding.UTF8.GetBytes(bytes), "text/plain"), Type: "x"), TestActor);
        var failure = Assert.Throws<EventUnreadableException>((await consumer.ExpectMsgAsync<Delivery>(Patience)).As<Number>);
        Assert.EndsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.Serializer = _serializer;
        return options;
    }

    /// <summary>Json from its end to its beginning.</summary>
    private sealed class Backwards : IPayloadSerializer
    {
        public string ContentType { get; set; } = "application/x-backwards";

        public Func<string>? Written { get; set; }

        public ReadOnlyMemory<byte> Write(object value)
        {
            if (Written is not null)
                return Encoding.UTF8.GetBytes(Written());
            var json = JsonPayloadSerializer.Default.Write(value).ToArray();
            Array.Reverse(json);
            return json;
        }

        public object? Read(ReadOnlyMemory<byte> bytes, string contentType, Type type)
        {
            if (contentType == "application/json")
                return JsonPayloadSerializer.Default.Read(bytes, contentType, type);
            if (contentType == "text/plain")
                return Encoding.UTF8.GetString(bytes.Span) switch { "null" => null, "other" => new object(), var text => throw new FormatException(text) };
            var json = bytes.ToArray();
            Array.Reverse(json);
            return JsonPayloadSerializer.Default.Read(json, contentType, type);
        }
    }
}
