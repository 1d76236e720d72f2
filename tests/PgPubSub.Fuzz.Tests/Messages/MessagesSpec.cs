using PgPubSub.Actors;

namespace PgPubSub.Fuzz.Tests.Messages;

/// <summary>Whatever the hub is told, it answers as documented and goes on.</summary>
public sealed class MessagesSpec
{
    [Fact]
    public void Every_public_message_is_a_request_an_answer_or_known_as_something_else()
    {
        var known = Requests.Answered.Keys.Concat(Requests.Others).Concat(AnswersSpec.Answers).ToHashSet();

        Assert.DoesNotContain(Requests.Public, type => !known.Contains(type));
        Assert.All(Requests.Answered.Keys, type => Assert.NotEqual(-1, Requests.ParametersOf(type).Sum(parameter => Pools.Of(parameter).Count)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_message_is_answered_as_documented_whatever_stands_in_it(bool inMemory)
    {
        await using var hub = await FuzzHub.StartAsync(inMemory);
        await hub.IsWellAsync();
        foreach (var (message, kinds) in Requests.Answered)
        {
            Fuzzing.Hold(Case.Of(message), one => hub.AskAsync(one.MakeFor(hub), kinds), usual: 200 / Requests.Answered.Count * 2);
            await hub.IsWellAsync();
        }
    }

    [Fact]
    public async Task What_the_hub_does_not_take_and_what_comes_from_nobody_does_nothing()
    {
        await using var hub = await FuzzHub.StartAsync(inMemory: true);
        foreach (var stranger in (object[])["text", 1, new object(), Forgeries.Delivery(hub.Hub, default), new AnswerConfirmed(), new Published("kept", -1, default), new EventBytes(default, null!)])
            hub.Hub.Tell(stranger, Akka.Actor.ActorRefs.NoSender);
        foreach (var message in Requests.Answered.Keys.Append(typeof(WatchOutages)))
            hub.Hub.Tell(new Case(message, new int[Requests.ParametersOf(message).Length]).MakeFor(hub), Akka.Actor.ActorRefs.NoSender);
        await hub.IsWellAsync();
    }
}
