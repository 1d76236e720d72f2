using Akka.Actor;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Actors.Tests.Privileges;

/// <summary>Three roles, with the rights of docs/roles.sql: each does its job through the library and hears that the others' is not its own.</summary>
public sealed class RolesSpec : RoleSpec
{
    private const string Refused = "PostgreSQL answered 42501: the role lacks a privilege.";

    [Fact]
    public async Task Publishers_publish_and_consumers_do_all_the_rest()
    {
        var (publisher, consumer) = (Start("publish"), Start("consume"));
        var member = await SubscribeAsync(consumer, new Subscribe("orders", "billing", Rules: GroupRules.Default));
        var everybody = await SubscribeAsync(consumer, new Subscribe("orders"));
        for (var i = 0; i < 4; i++)
            Assert.Equal(i, (await publisher.Ask<Published>(new Publish("orders", new Number(i), Key: "k", Headers: new Dictionary<string, string> { ["h"] = "v" }), Patience)).Offset);

        var deliveries = new List<Delivery>();
        for (var i = 0; i < 4; i++)
        {
            deliveries.Add(await member.ExpectMsgAsync<Delivery>(Patience));
            var other = await everybody.ExpectMsgAsync<Delivery>(Patience);
            other.Settle(other.Ack());
        }

        Assert.IsType<AnswerConfirmed>(await deliveries[0].SettleAsync(deliveries[0].Ack(), Patience));
        Assert.IsType<AnswerConfirmed>(await deliveries[1].SettleAsync(deliveries[1].Nack("later"), Patience));
        Assert.IsType<AnswerConfirmed>(await deliveries[2].SettleAsync(deliveries[2].DeadLetter("never"), Patience));
        var again = await member.ExpectMsgAsync<Delivery>(Patience);
        Assert.Equal((1, 2), (again.Offset, again.Attempt));
        Assert.IsType<AnswerConfirmed>(await again.SettleAsync(again.Ack(), Patience));
        Assert.Single((await consumer.Ask<DeadLetterPage>(new ListDeadLetters("orders"), Patience)).DeadLetters);
        Assert.Equal(1, (await consumer.Ask<DeadLettersRedriven>(new RedriveDeadLetters("orders"), Patience)).Redriven);
        Assert.IsType<GroupSought>(await consumer.Ask<object>(new SeekGroup("orders", "billing", StartFrom.Latest), Patience));
        Assert.Equal(4, (await consumer.Ask<HistoryPage>(new ReadHistory("orders"), Patience)).Events.Count);
        Assert.True((await publisher.Ask<Health>(GetHealth.Instance, Patience)).IsHealthy);
        Assert.True((await consumer.Ask<Health>(GetHealth.Instance, Patience)).IsHealthy);
        await UntilAsync($"SELECT count(*) = 2 FROM {Schema}.node WHERE keeps_lock");
    }

    [Fact]
    public async Task A_publisher_polls_and_beats_without_a_fault()
    {
        await using var store = Store("publish");
        var node = Guid.CreateVersion7();
        await store.Nodes.RegisterAsync(node, "a publisher", CancellationToken.None);

        Assert.NotNull(await store.Nodes.BeatAsync(node, keepsLock: false));
        var polled = await store.Nodes.PollAsync(new PollRequest([new TopicId(1)], [], []) { Node = node, KeepsLock = false }, CancellationToken.None);

        Assert.Single(polled.Tails);
        Assert.NotNull(polled.Beat?.Tokens);
        Assert.Empty(await store.Nodes.WatchAsync(node, CancellationToken.None));
    }

    [Fact]
    public async Task A_publisher_s_node_goes_with_it_when_a_consumer_is_there()
    {
        Start("publish");
        await UntilAsync($"SELECT count(*) = 1 FROM {Schema}.node WHERE keeps_lock");
        Start("consume");
        await UntilAsync($"SELECT count(*) = 2 FROM {Schema}.node WHERE keeps_lock");

        await CoordinatedShutdown.Get(Systems[0]).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);

        await UntilAsync($"SELECT count(*) = 1 FROM {Schema}.node");
    }

    [Fact]
    public async Task Consumers_keep_the_log_and_look_for_what_is_wrong()
    {
        await using var store = Store("consume");

        var node = Guid.CreateVersion7();
        await store.Nodes.RegisterAsync(node, "a janitor", CancellationToken.None);
        Assert.True(await store.Nodes.TakeDutyAsync("cleaning", node));
        await store.Topics.TrimAsync(new TopicId(1), CancellationToken.None);
        Assert.Equal(1, (await store.VerifyAsync(new VerifyOptions { Grace = TimeSpan.Zero })).Topics);
        await store.Topics.DropTopicAsync(new TopicId(1), CancellationToken.None);
        Assert.Equal(0, await store.Topics.SweepAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_is_another_role_s_is_refused_with_a_reason()
    {
        var (publisher, consumer) = (Start("publish"), Start("consume"));

        Assert.Contains(Refused, (await publisher.Ask<PublishRejected>(new Publish("elsewhere", new Number(1)), Patience)).Reason, StringComparison.Ordinal);
        Assert.Contains(Refused, (await publisher.Ask<ListRefused>(new ListDeadLetters("orders"), Patience)).Reason, StringComparison.Ordinal);
        Assert.Contains(Refused, (await publisher.Ask<HistoryRefused>(new ReadHistory("orders"), Patience)).Reason, StringComparison.Ordinal);
        Assert.Contains(Refused, (await consumer.Ask<PublishRejected>(new Publish("orders", new Number(1)), Patience)).Reason, StringComparison.Ordinal);
        publisher.Tell(new Subscribe("orders", "billing", Consumer: TestActor)); // it stands when the role is let
        await AwaitConditionAsync(async () => (await publisher.Ask<Health>(GetHealth.Instance, Patience)).Problem == Refused, Patience, TimeSpan.FromMilliseconds(50));
        foreach (var role in Roles.Skip(1))
        {
            await using var store = new PostgresStore(new PostgresStoreOptions { ConnectionString = As(role), Schema = Schema + "_new" });
            Assert.Contains("may not CREATE", (await Assert.ThrowsAsync<StoreException>(() => store.MigrateAsync())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_migrating_role_neither_publishes_nor_reads()
    {
        await using var store = Store("migrate");

        foreach (var refused in new Func<Task>[]
        {
            () => store.Log.EnsureTopicAsync("orders", Retention.Default, CancellationToken.None),
            () => store.Log.ReadAsync(new(1), 0, 10, 1_000, CancellationToken.None),
            () => store.Nodes.RegisterAsync(Guid.CreateVersion7(), "a node", CancellationToken.None),
        })
        {
            var fault = await Assert.ThrowsAsync<StoreException>(refused);
            Assert.Equal((FaultKind.Schema, Refused), (fault.Kind, fault.Message));
        }
    }

    [Fact]
    public async Task Publishers_may_make_topics_where_they_are_let()
    {
        await RunAsync($"GRANT INSERT ON {Schema}.topic, {Schema}.subscription, {Schema}.cursor TO {Name("publish")}; GRANT SELECT (name) ON {Schema}.subscription TO {Name("publish")}; GRANT SELECT ON {Schema}.pattern TO {Name("publish")}");

        Assert.Equal(0, Assert.IsType<Published>(await Start("publish").Ask<object>(new Publish("elsewhere", new Number(1)), Patience)).Offset);
    }

    [Fact]
    public async Task A_process_that_does_both_uses_a_member_of_both()
    {
        await RunAsync($"CREATE ROLE {Name("both")} LOGIN PASSWORD 'x' IN ROLE {Name("publish")}, {Name("consume")}");
        try
        {
            var hub = Start("both");
            var member = await SubscribeAsync(hub, new Subscribe("elsewhere", "billing"));
            Assert.Equal(0, (await hub.Ask<Published>(new Publish("elsewhere", new Number(1)), Patience)).Offset);
            Assert.Equal(0, (await member.ExpectMsgAsync<Delivery>(Patience)).Offset);
        }
        finally
        {
            await Systems[^1].Terminate();
            await RunAsync($"DROP ROLE {Name("both")}");
        }
    }
}
