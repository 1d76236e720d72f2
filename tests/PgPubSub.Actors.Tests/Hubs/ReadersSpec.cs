using Akka.Actor;

namespace PgPubSub.Actors.Tests.Hubs;

/// <summary>What private subscribers leave behind on a node that lives long.</summary>
public sealed class ReadersSpec : HubSpec
{
    protected override bool InMemory => true;

    [Fact]
    public async Task A_topic_that_has_no_private_subscriber_any_more_costs_no_actor_and_may_have_one_again()
    {
        await PublishAsync("t", 0);
        var before = Children;
        var reader = await SubscribeAsync(new Subscribe("t"));
        await PublishAsync("t", 1);
        await reader.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal(before + 2, Children); // its subscription, and the topic's reader

        Hub.Tell(new Unsubscribe("t"), reader);

        await AwaitConditionAsync(() => Task.FromResult(Children == before), Patience, TimeSpan.FromMilliseconds(20));
        var next = await SubscribeAsync(new Subscribe("t"));
        await PublishAsync("t", 2);
        Assert.Equal(2, (await next.ExpectMsgAsync<Delivery>(Patience)).Offset);
    }

    private int Children => ((ActorRefWithCell)Hub).Children.Count();
}
