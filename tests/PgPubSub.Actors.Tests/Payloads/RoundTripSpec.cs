using System.Text;
using System.Text.Json;
using Akka.Actor;
using PgPubSub.Actors.Tests.Telemetry;

namespace PgPubSub.Actors.Tests.Payloads;

/// <summary>What comes is what was sent, to the last header: where nobody listens to spans, for they add theirs.</summary>
[Collection(Alone.Name)]
public sealed class RoundTripSpec : HubSpec
{
    [Fact]
    public async Task Objects_json_and_bytes_arrive_as_they_were_sent()
    {
        var json = """{ "b" : 1, "a" : 2.50, "a" : "\u0000 é+<" }""";
        var headers = new Dictionary<string, string> { ["trace"] = "1", ["ключ"] = "значение \u0001" };
        Hub.Tell(new Publish("t", new Number(7), Key: "k", Headers: headers), TestActor);
        Hub.Tell(new Publish("t", JsonElement.Parse(json), Type: "element"), TestActor);
        Hub.Tell(new Publish("t", new EventBytes(Encoding.UTF8.GetBytes(json), "application/json; charset=utf-8"), Type: "text"), TestActor);
        Hub.Tell(new Publish("t", new EventBytes(new byte[] { 0, 255, 1 }, "application/octet-stream"), Type: "bytes"), TestActor);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));

        var number = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((new Number(7), "k", typeof(Number).ToString(), "application/json"), (number.As<Number>(), number.Key, number.Type, number.ContentType));
        Assert.Equal(headers, number.Headers);

        var element = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(json, Encoding.UTF8.GetString(element.Bytes.Span));
        Assert.Equal("2.50", element.Json.EnumerateObject().First(p => p.Name == "a").Value.GetRawText());
        Assert.Empty(element.Headers);

        var text = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(json, Encoding.UTF8.GetString(text.Bytes.Span));

        var bytes = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(new byte[] { 0, 255, 1 }, bytes.Bytes.ToArray());
        Assert.Equal(("application/octet-stream", (string?)null), (bytes.ContentType, bytes.Key));
        Assert.True(number.PublishedAt <= bytes.PublishedAt);
    }

    [Fact]
    public async Task What_was_read_from_nearly_json_arrives_as_json()
    {
        var read = JsonDocument.Parse("""[1, /* two */ 2,]""", new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Hub.Tell(new Publish("t", read.RootElement, Type: "x"), TestActor);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Assert.Equal("[1,2]", Encoding.UTF8.GetString((await consumer.ExpectMsgAsync<Delivery>(Patience)).Bytes.Span));
    }

    [Fact]
    public async Task A_registered_name_is_the_events_type()
    {
        Hub.Tell(new Publish("t", new Renamed(1)), TestActor);
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Assert.Equal("renamed.v1", (await consumer.ExpectMsgAsync<Delivery>(Patience)).Type);
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.EventTypes.Add<Renamed>("renamed.v1");
        return options;
    }

    private sealed record Renamed(int Value);
}
