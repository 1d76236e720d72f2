using System.Text;
using System.Text.Json;
using Akka.Actor;

namespace PgPubSub.Actors.Tests.Payloads;

/// <summary>System.Text.Json with an application's own options keeps the limits.</summary>
public sealed class JsonSpec : HubSpec
{
    [Fact]
    public async Task The_applications_options_are_used()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new Publish("t", new Order("o-1")), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(("""{"order_number":"o-1"}""", new Order("o-1")), (Encoding.UTF8.GetString(delivery.Bytes.Span), delivery.As<Order>()));
    }

    [Fact]
    public async Task Lone_surrogates_and_deep_nesting_are_refused_all_the_same()
    {
        Hub.Tell(new Publish("t", new Order("secret\uD83D")), TestActor);
        Assert.Contains("lone surrogate", (await ExpectMsgAsync<PublishRejected>(Patience)).Reason, StringComparison.Ordinal);
        var deep = Enumerable.Range(0, 1_100).Aggregate(new object(), (inner, _) => new[] { inner });
        Hub.Tell(new Publish("t", deep), TestActor);
        Assert.Contains("can't be serialised (JsonException)", (await ExpectMsgAsync<PublishRejected>(Patience)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"order_number\":\"secret", "JsonException at line 1, byte ")]
    [InlineData("{\"order_number\":{\"secret\":1}}", "JsonException at line 1, byte ")]
    [InlineData("null", "it is null")]
    public async Task What_can_not_be_read_is_told_by_its_kind_and_place(string text, string expected)
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        Hub.Tell(new Publish("t", new EventBytes(Encoding.UTF8.GetBytes(text), "text/plain"), Type: "x"), TestActor);
        var delivery = await consumer.ExpectMsgAsync<Delivery>(Patience);
        var failure = Assert.Throws<EventUnreadableException>(delivery.As<Order>);
        Assert.Contains($"The event can't be read as {typeof(Order)}: {expected}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        if (text.EndsWith("secret", StringComparison.Ordinal))
            Assert.DoesNotContain("secret", Assert.Throws<EventUnreadableException>(() => delivery.Json).ToString(), StringComparison.Ordinal);
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.Serializer = new JsonPayloadSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 5_000 });
        return options;
    }

    private sealed record Order(string OrderNumber);
}
