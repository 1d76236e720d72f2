using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Testing;

namespace PgPubSub.Fuzz.Tests.Strangers;

/// <summary>No value reaches SQL as text: the server's own log of every statement shows none.</summary>
public sealed class StatementsSpec
{
    private const string Mark = "zq7mark";

    private static string Hostile(string what) => $"{Mark}{what}'); DROP TABLE pgpubsub.event; --\"$$";

    [Fact]
    public async Task No_name_key_header_filter_reason_or_payload_stands_in_a_statement()
    {
        await using var server = await ThrowawayServer.StartAsync(new ThrowawayOptions
        {
            Settings = [("log_statement", "all"), ("log_min_duration_statement", "0"), ("log_parameter_max_length", "0"), ("log_parameter_max_length_on_error", "0"), ("fsync", "off")],
        });
        await using (var hub = await FuzzHub.StartAsync(inMemory: false, server.ConnectionString, options => options.NodeName = Hostile("node")))
        {
            await DoEverythingAsync(hub, Hostile("topic"), Hostile("group"));
            await hub.IsWellAsync();
        }

        var log = await ReadAsync(server.LogFile);
        Assert.Contains(log, line => line.Contains(".append", StringComparison.Ordinal));
        Assert.Contains(log, line => line.Contains(".settle", StringComparison.Ordinal));
        Assert.DoesNotContain(log, line => line.Contains(Mark, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task DoEverythingAsync(FuzzHub hub, string topic, string group)
    {
        var rules = GroupRules.Default with { Retry = new RetryRules(2, TimeSpan.Zero, 1, TimeSpan.Zero), Filter = new EventFilter([Hostile("type")], [new(Hostile("header"), Hostile("value"))]) };
        var headers = new Dictionary<string, string> { [Hostile("header")] = Hostile("value") };
        var publish = new Publish(topic, Hostile("payload"), Hostile("key"), Hostile("type"), headers);
        await hub.AskAsync<Published>(publish);
        await hub.AskAsync<PublishedAll>(new PublishAll(topic, [publish, publish with { Event = new EventBytes(new byte[] { 1 }, Hostile("kind")) }]));
        await hub.AskAsync<PublishedEach>(new PublishEach(topic, [publish, publish with { Key = "\0" }]));
        var (failed, read) = (new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously));
        var (ofGroup, ofReader) = (new Subscribe(topic, group, Rules: rules), new Subscribe(topic, null, StartFrom.Earliest, Rules: rules));
        hub.System.ActorOf(Props.Create(() => new NackerActor(hub.Hub, ofGroup, failed)));
        hub.System.ActorOf(Props.Create(() => new NackerActor(hub.Hub, ofReader, read)));
        await Task.WhenAll(failed.Task, read.Task).WaitAsync(TimeSpan.FromSeconds(20));
        await hub.AskAsync<PatternSubscribed>(new SubscribePattern(Mark + ".*", group, Rules: rules));
        await hub.AskAsync<PatternSubscribed>(new SubscribePattern(Mark + ".#"));
        await hub.AskAsync<Published>(publish with { Topic = Mark + ".new" });
        await hub.AskAsync<PatternUnsubscribed>(new UnsubscribePattern(Mark + ".*", group));
        await hub.AskAsync<PatternDropped>(new DropPattern(Mark + ".*", group));
        await hub.AskAsync<GroupList>(new ListGroups(topic, group));
        await hub.AskAsync<TopicList>(new ListTopics(topic));
        await hub.AskAsync<HistoryPage>(new ReadHistory(topic, StartFrom.Time(DateTimeOffset.UtcNow)));
        var where = new DeadLettersWhere(group, Hostile("type"));
        await hub.AskAsync<DeadLetterPage>(new ListDeadLetters(topic, where));
        await hub.AskAsync<GroupPaused>(new PauseGroup(topic, group));
        await hub.AskAsync<DeadLettersRedriven>(new RedriveDeadLetters(topic, where));
        await hub.AskAsync<DeadLettersPurged>(new PurgeDeadLetters(topic, new DeadLettersWhere(Hostile("other"))));
        await hub.AskAsync<GroupSought>(new SeekGroup(topic, group, StartFrom.Earliest));
        await hub.AskAsync<GroupResumed>(new ResumeGroup(topic, group));
        await hub.AskAsync<TopicAltered>(new AlterTopic(topic, new Retention { Count = 1 }));
        await hub.AskAsync<Unsubscribed>(new Unsubscribe(topic, group));
        await hub.AskAsync<GroupDropped>(new DropGroup(topic, group));
        await hub.AskAsync<TopicCleared>(new ClearTopic(topic));
        await hub.AskAsync<TopicDropped>(new DropTopic(topic));
    }

    // Parameters have lines of their own, and are not logged at all here.
    private static async Task<List<string>> ReadAsync(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return [.. (await reader.ReadToEndAsync()).Split('\n')];
    }

    // Nacks the first attempt of the first event and acks what comes then; the second event it buries.
    private sealed class NackerActor : ReceiveActor
    {
        private int _buried;

        public NackerActor(IActorRef hub, Subscribe request, TaskCompletionSource<object> done)
        {
            Receive<Delivery>(m =>
            {
                Sender.Tell(m.Attempt == 1 && m.Offset == 0 ? m.Nack(Hostile("reason")) : m.Offset == 1 ? m.DeadLetter(Hostile("reason"), confirm: true) : m.Ack());
                _buried += m.Offset == 0 && m.Attempt == 2 ? 1 : 0;
                if (_buried == 2)
                    done.TrySetResult(true);
            });
            Receive<AnswerConfirmed>(_ =>
            {
                if (++_buried == 2)
                    done.TrySetResult(true);
            });
            ReceiveAny(_ => { });
            hub.Tell(request, Self);
        }
    }
}
