using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using PgPubSub.Actors;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Tests.Groups;

/// <summary>Members of a group whose end is not in their own hands, and those who are kept waiting for it.</summary>
public sealed class GroupEndSpec : StreamSpec
{
    private static readonly GroupRules Hasty = GroupRules.Default with { AckDeadline = TimeSpan.FromSeconds(2) }; // a busy machine extends late

    protected override bool InMemory => true;

    [Fact]
    public async Task A_hub_that_stops_fails_the_stream()
    {
        var (control, probe) = Run(PgPubSubSource.Group(Sys, "t", "g"));
        await probe.RequestAsync(1);
        await control.Started.WaitAsync(Patience);

        Sys.Stop(Hub);

        await probe.ExpectErrorAsync();
        await control.DrainAndShutdown().WaitAsync(Patience);
    }

    [Fact]
    public async Task Auto_that_is_drained_waits_for_the_last_until_its_deadline_and_not_longer()
    {
        await PublishAsync("t", 0);
        var (control, probe) = Run(PgPubSubSource.GroupAuto(Sys, "t", "g", new() { Rules = Hasty }));
        await probe.RequestNextAsync(Patience);

        await control.DrainAndShutdown().WaitAsync(Patience);

        await probe.ExpectCompleteAsync();
        await UntilGroupAsync("t", "g", group => group is { Retrying: 1, InFlight: 0 });
    }

    [Fact]
    public async Task Auto_that_is_drained_in_vain_completes_and_gives_back_what_it_had_not_emitted_as_it_was()
    {
        await PublishAsync("t", 0, 1);
        var (control, probe) = Run(PgPubSubSource.GroupAuto(Sys, "t", "g"));
        await probe.RequestNextAsync(Patience);
        await UntilGroupAsync("t", "g", group => group.InFlight == 2);

        await control.DrainAndShutdown(TimeSpan.FromMilliseconds(100)).WaitAsync(Patience);

        await probe.ExpectCompleteAsync();
        await control.Completion.WaitAsync(Patience);
        var (_, next) = Run(PgPubSubSource.Group(Sys, "t", "g"));
        await next.RequestAsync(2);
        Committable[] again = [await next.ExpectNextAsync(Patience), await next.ExpectNextAsync(Patience)];
        Assert.Equal([(0, 2), (1, 1)], again.Select(c => (c.Offset, c.Attempt)).Order());
    }

    [Fact]
    public async Task What_waits_for_demand_is_kept_by_the_shortest_deadline_of_its_topics()
    {
        await AskHubAsync<Subscribed>(new Subscribe("b", "g", Rules: Hasty));
        var (_, probe) = Run(PgPubSubSource.Group(Sys, TopicSet.Of("a", "b"), "g"));
        await probe.EnsureSubscriptionAsync();
        await PublishAsync("a", 0);
        await UntilGroupAsync("a", "g", group => group.InFlight == 1);
        await PublishAsync("b", 0, 1); // one for each member

        await probe.ExpectNoMsgAsync(Hasty.AckDeadline * 1.5);
        await probe.RequestAsync(2);
        Committable[] all = [await probe.ExpectNextAsync(Patience), await probe.ExpectNextAsync(Patience)];
        Assert.Equal([("a", 1), ("b", 1)], all.Select(c => (c.Topic, c.Attempt)).Order());
    }

    [Fact]
    public async Task At_most_once_goes_on_where_its_subscription_ended_with_the_answer_unread()
    {
        await PublishAsync("t", 0);
        var (_, probe) = Run(PgPubSubSource.GroupAtMostOnce(Sys, "t", "g"));
        await probe.EnsureSubscriptionAsync();
        await UntilGroupAsync("t", "g", group => group.InFlight == 1);
        var subscription = await SubscriptionAsync();

        subscription.Suspend();
        await probe.RequestAsync(2);
        await AwaitConditionAsync(() => Task.FromResult(subscription.Cell.NumberOfMessages > 0), Patience, TimeSpan.FromMilliseconds(10));
        Sys.Stop(subscription);

        Assert.Equal(0, (await probe.ExpectNextAsync(Patience)).Offset);
        await PublishAsync("t", 1);
        Assert.Equal(1, (await probe.ExpectNextAsync(Patience)).Offset);
    }

    private async Task<LocalActorRef> SubscriptionAsync()
    {
        var asker = CreateTestProbe();
        Sys.ActorSelection("/user/pgpubsub/*").Tell(new Identify(null), asker);
        return (LocalActorRef)(await asker.FishForMessageAsync<ActorIdentity>(m => m.Subject is LocalActorRef actor && actor.Cell.Props.Type == typeof(SubscriptionActor), Patience)).Subject;
    }
}
