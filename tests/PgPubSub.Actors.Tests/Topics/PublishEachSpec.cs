using Akka.Actor;
using Akka.TestKit;
using Npgsql;
using PgPubSub.Actors.Topics;

namespace PgPubSub.Actors.Tests.Topics;

public sealed class PublishEachPostgresSpec : PublishEachSpec
{
    [Fact]
    public async Task What_only_the_server_refuses_is_rejected_alone()
    {
        await PublishAsync("t", 0);
        await RunAsync($"ALTER TABLE {Schema}.event ADD CONSTRAINT no_guilty CHECK (type <> 'guilty')");
        var replies = (await AskHubAsync<PublishedEach>(Each(20, i => new Publish("t", new Number(i), Type: i == 7 ? "guilty" : "fine")))).Replies;

        Assert.False(Assert.IsType<PublishRejected>(replies[7]).CanRetry);
        Assert.Equal(Enumerable.Range(1, 19).Select(i => (long)i), replies.OfType<Published>().Select(p => p.Offset));
    }

    [Fact]
    public async Task Whoever_waits_for_a_publisher_that_crashes_is_told_of_each_event()
    {
        await PublishAsync("t", 0);
        Hub.Tell(new Publish("t", new Number(1)), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        var publisher = LastSender;
        await using var holder = new NpgsqlConnection(ConnectionString);
        await holder.OpenAsync();
        await using var held = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand($"LOCK TABLE {Schema}.event IN ACCESS EXCLUSIVE MODE", holder, held)) // no append ends before this does
            await hold.ExecuteNonQueryAsync();
        Hub.Tell(new PublishEach("t", [new Publish("t", null!), new Publish("t", new Number(2)), new Publish("t", new Number(3))]), TestActor);
        Hub.Tell(new Publish("t", null!), TestActor);
        await ExpectMsgAsync<PublishRejected>(Patience); // what came before it has arrived

        publisher.Tell(Kill.Instance);

        var replies = (await ExpectMsgAsync<PublishedEach>(Patience)).Replies;
        Assert.Equal(3, replies.OfType<PublishRejected>().Count());
        Assert.Contains("event is null", ((PublishRejected)replies[0]).Reason, StringComparison.Ordinal);
        Assert.All(replies.Skip(1), reply => Assert.Contains("publisher stopped", ((PublishRejected)reply).Reason, StringComparison.Ordinal));
        await held.RollbackAsync();
    }
}

public sealed class PublishEachInMemorySpec : PublishEachSpec
{
    protected override bool InMemory => true;
}

/// <summary>Several publishes in one message, each for itself.</summary>
public abstract class PublishEachSpec : HubSpec
{
    [Fact]
    public async Task Each_event_is_published_in_its_place_and_answered_in_it()
    {
        var reply = await AskHubAsync<PublishedEach>(Each(2_500, i => new Publish("t", new Number(i))));

        Assert.Equal("t", reply.Topic);
        Assert.Equal(Enumerable.Range(0, 2_500).Select(i => (long)i), reply.Replies.Cast<Published>().Select(p => p.Offset));
        var history = (await AskHubAsync<HistoryPage>(new ReadHistory("t", Most: 1_000))).Events;
        Assert.Equal(history.Select(e => e.EventId), reply.Replies.Cast<Published>().Take(history.Count).Select(p => p.EventId));
        Assert.Equal(Enumerable.Range(0, history.Count), history.Select(e => e.As<Number>().Value));
    }

    [Fact]
    public async Task One_that_is_bad_is_rejected_alone()
    {
        var replies = (await AskHubAsync<PublishedEach>(Each(6, i => new Publish("t", i switch { 1 => null!, 4 => new string('x', 2_000), _ => new Number(i) })))).Replies;

        Assert.Contains("event is null", Assert.IsType<PublishRejected>(replies[1]).Reason, StringComparison.Ordinal);
        Assert.Contains("MaxPayloadBytes is 1000", Assert.IsType<PublishRejected>(replies[4]).Reason, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2, 3], replies.OfType<Published>().Select(p => p.Offset));
    }

    [Fact]
    public async Task Where_all_are_bad_nothing_is_waited_for()
    {
        var reply = await AskHubAsync<PublishedEach>(Each(2, _ => new Publish("t", null!)));
        Assert.All(reply.Replies, one => Assert.IsType<PublishRejected>(one));
    }

    [Fact]
    public async Task A_request_that_is_wrong_itself_is_rejected_whole()
    {
        PublishEach[] wrong = [Each(0, _ => null!), Each(10_001, i => new Publish("t", new Number(i))), Each(2, i => i == 0 ? new Publish("t", new Number(0)) : null!),
            Each(2, i => new Publish(i == 0 ? "t" : "u", new Number(0))), new PublishEach("t", null!), new PublishEach("", [new Publish("", new Number(1))])];
        foreach (var request in wrong)
            Assert.False((await AskHubAsync<PublishRejected>(request)).CanRetry);
        Assert.Empty((await AskHubAsync<HistoryPage>(new ReadHistory("t"))).Events);
        Assert.Equal("PublishEach of 2 to t", wrong[2].ToString());
    }

    [Fact]
    public async Task What_one_sender_publishes_keeps_its_order_across_messages()
    {
        for (var i = 0; i < 20; i++)
            Hub.Tell(Each(50, n => new Publish("t", new Number(n))), TestActor);
        long next = 0;
        for (var i = 0; i < 20; i++)
            Assert.All((await ExpectMsgAsync<PublishedEach>(Patience)).Replies.Cast<Published>(), reply => Assert.Equal(next++, reply.Offset));
    }

    [Fact]
    public async Task What_a_publisher_that_crashes_has_not_read_is_rejected_too()
    {
        Hub.Tell(new Publish("t", new Number(0)), TestActor);
        await ExpectMsgAsync<Published>(Patience);
        var (publisher, slow) = (LastSender, new Slow());
        Hub.Tell(new Publish("t", slow), TestActor);
        await slow.BeingRead.WaitAsync(Patience);
        publisher.Tell(Kill.Instance);
        Hub.Tell(Each(2, i => new Publish("t", new Number(i))), TestActor);
        Hub.Tell(new Publish("t", new Number(0)), TestActor);
        await AskHubAsync<Health>(GetHealth.Instance); // the hub has passed them on
        slow.Free.Set();

        for (var i = 0; i < 3; i++)
            Assert.Contains("publisher stopped", (await ExpectMsgAsync<PublishRejected>(Patience)).Reason, StringComparison.Ordinal);
        await PublishAsync("t", 1);
    }

    [Fact]
    public async Task A_node_that_stops_rejects_it()
    {
        Hub.Tell(Drain.Instance, CreateTestProbe());
        Assert.True((await AskHubAsync<PublishRejected>(Each(2, i => new Publish("t", new Number(i))))).CanRetry);
    }

    protected static PublishEach Each(int count, Func<int, Publish> make) => new("t", [.. Enumerable.Range(0, count).Select(make)]);

    protected override PgPubSubOptions Options()
    {
        var options = base.Options();
        options.MaxPayloadBytes = 1_000;
        return options;
    }

    /// <summary>Keeps whoever serialises it.</summary>
}
