using Akka.Actor;

namespace PgPubSub.Actors.Tests.Payloads;

public sealed class EventTypesSpec : HubSpec
{
    [Fact]
    public async Task An_attribute_names_a_type_that_nobody_registered_and_an_option_wins_over_it()
    {
        var consumer = await SubscribeAsync(new Subscribe("t", "g"));
        foreach (var (value, name) in new (object, string)[] { (new Marked(1), "marked"), (new Both(1), "option"), (new Plain(1), typeof(Plain).ToString()), (new Heir(1), typeof(Heir).ToString()) })
        {
            Hub.Tell(new Publish("t", value), TestActor);
            await ExpectMsgAsync<Published>(Patience);
            Assert.Equal(name, (await consumer.ExpectMsgAsync<Delivery>(Patience)).Type);
        }
    }

    [Fact]
    public async Task A_type_that_nobody_registered_can_not_take_anothers_name()
    {
        Hub.Tell(new Publish("t", new Taker(1)), TestActor);
        var rejected = await ExpectMsgAsync<PublishRejected>(Patience);
        Assert.Equal((false, true), (rejected.CanRetry, rejected.Reason.Contains("registered for another type", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_assembly_gives_all_its_types_that_have_the_attribute()
    {
        var names = new EventTypeNames().Add<Both>("option").Add<Taker>("taker").AddFrom(typeof(EventTypesSpec).Assembly);
        Assert.Empty(names.Problems());
        var map = names.Freeze();
        Assert.Equal([typeof(Marked), typeof(Both)], [map.Registered["marked"], map.Registered["option"]]);
        Assert.DoesNotContain("attribute", map.Registered.Keys);
    }

    [Fact]
    public void Names_and_types_are_one_to_one_or_all_problems_are_told_at_once()
    {
        var options = new PgPubSubOptions { ConnectionString = "Host=h" };
        options.EventTypes.Add<Plain>("a").Add<Plain>("b").Add<Marked>("c").Add<Both>("c").Add<Heir>("a\nb").Add<Number>("n").Add<Number>("n");

        var problems = Assert.Throws<PgPubSubConfigurationException>(options.Freeze).Problems;

        Assert.Equal(3, problems.Count);
        Assert.Contains($"EventTypes gives {typeof(Plain)} several names: a, b.", problems);
        Assert.Contains($"EventTypes gives the name c to several types: {typeof(Marked)}, {typeof(Both)}.", problems);
        Assert.Contains($"The name of {typeof(Heir)} in EventTypes has a control character.", problems);
    }

    [Fact]
    public void Two_types_with_the_same_attribute_are_refused() =>
        Assert.Contains("the name marked to several types", Assert.Single(new EventTypeNames().Add<Both>("b").AddFrom(typeof(EventTypesSpec).Assembly).Problems()), StringComparison.Ordinal);

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.EventTypes.Add<Both>("option").Add<Marked>("marked");
        return options;
    }

    [EventType("marked")]
    private record Marked(int Value);

    [EventType("attribute")]
    private sealed record Both(int Value);

    private sealed record Plain(int Value);

    private sealed record Heir(int Value) : Marked(Value);

    [EventType("marked")]
    private sealed record Taker(int Value);
}
