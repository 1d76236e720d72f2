using Akka.Actor;
using Akka.TestKit;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Tests.Subscriptions;

public sealed class EndedPostgresSpec : EndedSpec;

public sealed class EndedInMemorySpec : EndedSpec
{
    protected override bool InMemory => true;
}

/// <summary>A group that is dropped while somebody joins it.</summary>
public abstract class EndedSpec : HubSpec
{
    // The poll is to find nothing before the spec does, and a line that opens asks for one.
    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        (options.PollInterval, options.Listen) = (TimeSpan.FromMinutes(1), ListenMode.Off);
        return options;
    }

    [Fact]
    public async Task A_member_that_names_rules_for_a_group_that_was_dropped_elsewhere_does_not_keep_the_others_at_what_is_gone()
    {
        var other = StartOther(out var system);
        var member = await SubscribeAsync(new Subscribe("t", "g"));
        await other.Ask<GroupDropped>(new DropGroup("t", "g"), Patience);

        var late = await SubscribeAsync(new Subscribe("t", "g", Rules: GroupRules.Default with { AckDeadline = TimeSpan.FromSeconds(7) }));

        await member.ExpectMsgAsync<SubscriptionEnded>(Patience);
        await late.ExpectMsgAsync<SubscriptionEnded>(Patience);
        var again = await SubscribeAsync(new Subscribe("t", "g"));
        await PublishAsync("t", 1);
        await again.ExpectMsgAsync<Delivery>(Patience);
        await system.Terminate();
    }

    [Fact]
    public async Task A_member_that_subscribes_again_as_soon_as_its_subscription_ended_is_taken()
    {
        var seen = CreateTestProbe();
        Sys.ActorOf(Props.Create(() => new Reacting<SubscriptionEnded>(Hub, seen, new Subscribe("t", "g", null, null, null, null)))).Tell(new Subscribe("t", "g"));
        await seen.ExpectMsgAsync<Subscribed>(Patience);

        await AskHubAsync<GroupDropped>(new DropGroup("t", "g"));

        await seen.ExpectMsgAsync<Subscribed>(Patience);
        await PublishAsync("t", 1);
        await seen.ExpectMsgAsync<Delivery>(Patience);
    }

    [Fact]
    public async Task Whoever_joins_a_group_that_is_just_ending_gets_what_comes_after_it()
    {
        var (seen, late) = (CreateTestProbe(), CreateTestProbe());
        await PublishAsync("t", 1);
        Sys.ActorOf(Props.Create(() => new Reacting<DeliveryRevoked>(Hub, seen, new Subscribe("t", "g", null, null, late, null))).WithDispatcher(CallingThreadDispatcher.Id))
            .Tell(new Subscribe("t", "g"));
        await seen.FishForMessageAsync<Delivery>(_ => true, Patience);

        await AskHubAsync<GroupDropped>(new DropGroup("t", "g"));

        await seen.FishForMessageAsync<SubscriptionEnded>(_ => true, Patience);
        await late.ExpectMsgAsync<Delivery>(Patience);
    }

    /// <summary>Tells the hub something while whoever told it this is still in the middle of it.</summary>
    private sealed class Reacting<T> : ReceiveActor
    {
        public Reacting(IActorRef hub, IActorRef seen, Subscribe reaction)
        {
            Receive<Subscribe>(hub.Tell);
            Receive<T>(m =>
            {
                hub.Tell(reaction);
                if (m is not SubscriptionEnded)
                    seen.Forward(m);
            });
            ReceiveAny(seen.Forward);
        }
    }
}
