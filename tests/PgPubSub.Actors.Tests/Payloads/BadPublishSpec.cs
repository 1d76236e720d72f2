using System.Text;
using System.Text.Json;
using Akka.Actor;

namespace PgPubSub.Actors.Tests.Payloads;

public sealed class BadPublishSpec : HubSpec
{
    private static readonly string TooLong = new('x', 201);

    [Fact]
    public async Task Each_bad_publish_names_what_is_wrong_and_stores_nothing()
    {
        foreach (var (bad, expected) in Cases())
        {
            Hub.Tell(bad, TestActor);
            var reply = await ExpectMsgAsync<PublishRejected>(Patience);
            Assert.Contains(expected, reply.Reason, StringComparison.Ordinal);
            Assert.False(reply.CanRetry);
            Assert.DoesNotContain("secret", reply.Reason, StringComparison.Ordinal);
        }

        await PublishAsync("good", 1);
        Assert.Equal(1L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.event"));
    }

    [Fact]
    public async Task A_bad_publish_never_fails_its_neighbours()
    {
        for (var i = 0; i < 50; i++)
        {
            Hub.Tell(new Publish("t", new Number(i)), TestActor);
            Hub.Tell(new Publish("t", new EventBytes("{"u8.ToArray(), "application/json"), Type: "x"), TestActor);
        }

        for (var i = 0; i < 100; i++)
            await ExpectMsgAsync<IPublishReply>(Patience);
        Assert.Equal(50L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.event"));
    }

    [Fact]
    public async Task What_only_the_server_refuses_is_rejected_alone()
    {
        // A lone surrogate in an escape is text to json, but this is what a server of another mind would refuse: a type that a constraint forbids.
        await PublishAsync("t", 0);
        await RunAsync($"ALTER TABLE {Schema}.event ADD CONSTRAINT no_guilty CHECK (type <> 'guilty')");
        for (var i = 0; i < 20; i++)
            Hub.Tell(new Publish("t", new Number(i), Type: i == 7 ? "guilty" : "fine"), TestActor);
        var replies = new List<IPublishReply>();
        for (var i = 0; i < 20; i++)
            replies.Add(await ExpectMsgAsync<IPublishReply>(Patience));

        var rejected = Assert.Single(replies.OfType<PublishRejected>());
        Assert.False(rejected.CanRetry);
        Assert.Equal(Enumerable.Range(1, 19).Select(i => (long)i), replies.OfType<Published>().Select(p => p.Offset).Order());
    }

    [Fact]
    public async Task PublishAll_is_all_or_none()
    {
        Hub.Tell(new PublishAll("t", [new Publish("t", new Number(1)), new Publish("t", new Number(2), Key: "")]), TestActor);
        Assert.Contains("Event 1", (await ExpectMsgAsync<PublishRejected>(Patience)).Reason, StringComparison.Ordinal);
        Hub.Tell(new PublishAll("t", Array.Empty<Publish>()), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience);
        Hub.Tell(new PublishAll("t", [new Publish("other", new Number(1))]), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience);
        await PublishAsync("t", 1, 2);
        Assert.Equal(2L, await AskAsync<long>($"SELECT count(*) FROM {Schema}.event"));
    }

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.MaxPayloadBytes = 1_000;
        return options;
    }

    private static IEnumerable<(Publish Bad, string Expected)> Cases()
    {
        var good = new Number(1);
        yield return (new Publish("", good), "topic is empty");
        yield return (new Publish(TooLong, good), "topic is longer than 200 bytes");
        yield return (new Publish("a\nb", good), "topic has a control character");
        yield return (new Publish("a\uD800b", good), "topic has a lone surrogate");
        yield return (new Publish("t", good, Key: ""), "key is empty");
        yield return (new Publish("t", good, Key: TooLong), "key is longer");
        yield return (new Publish("t", good, Type: "a\u0001"), "type has a control character");
        yield return (new Publish("t", good, Headers: new Dictionary<string, string> { [""] = "secret" }), "header name is empty");
        yield return (new Publish("t", good, Headers: new Dictionary<string, string> { [TooLong] = "secret" }), "header name is longer");
        yield return (new Publish("t", good, Headers: new Dictionary<string, string> { ["h"] = "secret\uDC00" }), "header value has a lone surrogate");
        yield return (new Publish("t", good, Headers: new Dictionary<string, string> { ["h"] = null! }), "header value is null");
        yield return (new Publish("t", null!), "event is null");
        yield return (new Publish("t", new string('s', 2_000)), "MaxPayloadBytes is 1000");
        yield return (new Publish("t", new { Text = "secret\uD83D" }), "lone surrogate");
        yield return (new Publish("t", new Circle()), "can't be serialised");
        yield return (new Publish("t", new Thrower()), "can't be serialised (InvalidOperationException)");
        yield return (new Publish("t", "secret"u8.ToArray()), "Bytes need a content type");
        yield return (new Publish("t", new EventBytes("secret"u8.ToArray(), "")), "Bytes need a content type");
        yield return (new Publish("t", new EventBytes("secret"u8.ToArray(), "a\0b"), Type: "x"), "content type has a control character");
        yield return (new Publish("t", new EventBytes("{\"secret\":"u8.ToArray(), "application/json"), Type: "x"), "not JSON");
        yield return (new Publish("t", new EventBytes(new byte[] { (byte)'"', 0xC3, (byte)'"' }, "application/json"), Type: "x"), "not UTF-8");
        yield return (new Publish("t", new EventBytes("\"\\uD800\""u8.ToArray(), "application/json"), Type: "x"), "not JSON");
        yield return (new Publish("t", new EventBytes("1"u8.ToArray(), "application/json")), "need a Type");
        yield return (new Publish("t", new EventBytes("1"u8.ToArray(), "text/plain")), "need a Type");
        yield return (new Publish("t", default(JsonElement), Type: "x"), "undefined");
    }

    [Fact]
    public async Task Json_that_is_nested_too_deep_is_rejected_and_what_is_just_not_goes_through()
    {
        Hub.Tell(new Publish("t", new EventBytes(Nested(400), "application/json"), Type: "x"), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        Hub.Tell(new Publish("t", new EventBytes(Encoding.UTF8.GetBytes(new string('[', 400)), "application/json"), Type: "x"), TestActor);
        Assert.Contains("nested deeper than 1000", (await ExpectMsgAsync<PublishRejected>(Patience)).Reason, StringComparison.Ordinal);
    }

    private static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

    private sealed class Circle
    {
        public Circle Self => this;
    }

    private sealed class Thrower
    {
        public string Text => throw new InvalidOperationException("secret");
    }
}
