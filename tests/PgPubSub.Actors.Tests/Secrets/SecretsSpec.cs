using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Npgsql;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.Postgres;
using PgPubSub.Postgres.Verification;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>Payloads, keys, headers and passwords stand in no log, span, measurement or answer, while all is well and while events are refused.</summary>
[Collection(nameof(Recorder))]
public sealed class SecretsSpec() : TestKit("akka.loglevel = ERROR"), IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Recorder _recorder = new();
    private readonly SecretSerializer _serializer = new();
    private SecretServer _server = null!;
    private ActorSystem _system = null!;
    private IActorRef _hub = null!;

    public async Task InitializeAsync()
    {
        _server = await SecretServer.StartAsync();
        _system = _recorder.Start("secrets");
        var options = _server.Options();
        (options.Serializer, options.MaxPayloadBytes) = (_serializer, 2_000);
        _hub = PgPubSubHub.Start(_system, options);
    }

    public async Task DisposeAsync()
    {
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        await _server.DisposeAsync();
        _recorder.Dispose();
    }

    [Fact]
    public async Task Events_that_are_published_handled_and_buried_are_written_nowhere_else()
    {
        var (member, everybody) = (await SubscribeAsync("g"), await SubscribeAsync(null));
        for (var i = 0; i < 3; i++)
            await AskAsync<Published>(Marks.Event("t"));
        await AskAsync<PublishedAll>(new PublishAll("t", [Marks.Event("t"), Marks.Event("t", new EventBytes(JsonSerializer.SerializeToUtf8Bytes(Marks.Payload), "text/secret"))]));
        var deliveries = await TakeAsync(member, 5);
        _recorder.Told(await deliveries[0].SettleAsync(deliveries[0].Nack(Marks.Said), Patience));
        _recorder.Told(await deliveries[1].SettleAsync(deliveries[1].DeadLetter(Marks.Said), Patience));
        foreach (var rest in deliveries.Skip(2))
            _recorder.Told(await rest.SettleAsync(rest.Ack(), Patience));
        _recorder.Told(await deliveries[2].SettleAsync(deliveries[2].Nack(Marks.Said), Patience)); // too late
        foreach (var (delivery, i) in (await TakeAsync(everybody, 5)).Select((d, i) => (d, i)))
            delivery.Settle(i == 0 ? delivery.DeadLetter(Marks.Said) : delivery.Ack());
        var again = Assert.Single(await TakeAsync(member, 1));
        _recorder.Told(await _serializer.FailAsync(() => Task.FromResult<Exception>(Assert.Throws<EventUnreadableException>(() => again.As<Secret>()))));
        again.Settle(again.Ack());
        await AwaitAssertAsync(async () => Assert.Equal(2, (await AskAsync<DeadLetterPage>(new ListDeadLetters("t"))).DeadLetters.Count), Patience);

        foreach (var letter in (await AskAsync<DeadLetterPage>(new ListDeadLetters("t"))).DeadLetters)
            _recorder.Told(_recorder.Told(letter).Event);
        await AskAsync<DeadLettersRedriven>(new RedriveDeadLetters("t"));
        _recorder.Told((await AskAsync<HistoryPage>(new ReadHistory("t"))).Events);
        await AskAsync<GroupSought>(new SeekGroup("t", "g", StartFrom.Earliest));
        _recorder.Told((await AskAsync<GroupList>(new ListGroups())).Groups);
        await AskAsync<TopicAltered>(new AlterTopic("t", new Retention { Count = 1, MaxBacklogEvents = 1 }));
        await _server.RunAsync("UPDATE pgpubsub.event SET published_at = published_at - interval '2 hours'");
        await UntilAsync("SELECT floor > 0 FROM pgpubsub.topic WHERE name = 't'");
        await AskAsync<TopicDropped>(new DropTopic("t"));
        await AssertNothingWasWrittenAsync();
        Assert.False(Marks.AreIn((await ServerLogAsync()).Replace(Marks.User, "", StringComparison.Ordinal)), "a statement has a value in its text");
    }

    [Fact]
    public async Task Events_that_are_refused_are_not_quoted()
    {
        await AskAsync<Published>(Marks.Event("t"));
        await _serializer.FailAsync(() => AskAsync<PublishRejected>(Marks.Event("t", new Secret(Marks.Payload))));
        await AskAsync<PublishRejected>(Marks.Event("t", new Secret(string.Concat(Enumerable.Repeat(Marks.Payload, 200)))));
        await AskAsync<PublishRejected>(Marks.Event("t", key: Marks.Key + "\0"));
        await AskAsync<PublishRejected>(Marks.Event("t", new EventBytes(JsonSerializer.SerializeToUtf8Bytes(Marks.Payload)[..^1], "application/json")));
        await AskAsync<PublishRejected>(Marks.Event("t") with { Type = Marks.Value + "\0" });
        await AskAsync<PublishedEach>(new PublishEach("t", [Marks.Event("t", key: "\0" + Marks.Key), Marks.Event("t")]));
        await _server.RunAsync($"ALTER TABLE pgpubsub.event ADD CONSTRAINT hushed CHECK (key <> '{Marks.Key}') NOT VALID");
        await AskAsync<PublishRejected>(Marks.Event("t"));
        await _server.RunAsync("""
            ALTER TABLE pgpubsub.event DROP CONSTRAINT hushed;
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              RAISE EXCEPTION 'refused: %', NEW.data USING ERRCODE = '22000', DETAIL = NEW.key, HINT = NEW.headers::text; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON pgpubsub.event FOR EACH ROW EXECUTE FUNCTION refuse()
            """);
        await AskAsync<PublishRejected>(Marks.Event("t"));
        await AskAsync<PublishRejected>(new PublishAll("t", [Marks.Event("t"), Marks.Event("t")]));
        await using (var store = _server.Store())
            _recorder.Told(await Record.ExceptionAsync(() => store.Log.AppendAsync(new(1), 0, [new NewEvent(Guid.CreateVersion7(), "x", Marks.Key, JsonSerializer.SerializeToUtf8Bytes(Marks.Payload), null, null)])));
        Assert.True(Marks.AreIn((await ServerLogAsync()).Replace(Marks.User, "", StringComparison.Ordinal)), "the server was to say it");
        await AssertNothingWasWrittenAsync();
    }

    [Fact]
    public async Task What_strangers_write_into_the_tables_and_the_channel_is_not_quoted()
    {
        var member = await SubscribeAsync("g");
        await AskAsync<Published>(Marks.Event("t"));
        var first = Assert.Single(await TakeAsync(member, 1));
        first.Settle(first.Ack());
        await _server.RunAsync($"""
            INSERT INTO pgpubsub.event (topic, "offset", event_id, type, key, data, headers, size, published_at)
            VALUES (1, 1, gen_random_uuid(), 'secret', '{Marks.Key}', '"{Marks.Payload}"', '["{Marks.Header}"]', 1, now()), (1, 2, gen_random_uuid(), 'secret', null, null, '"{Marks.Value}"', 1, now())
            """);
        await _server.RunAsync($"SELECT pg_notify('pgpubsub_wake', '{Marks.Payload}'), pg_notify('pgpubsub_wake', '1 {Marks.Value}')");
        foreach (var delivery in await TakeAsync(member, 2))
        {
            _recorder.Told(await Record.ExceptionAsync(() => Task.FromResult(delivery.Headers)));
            _recorder.Told(await Record.ExceptionAsync(() => Task.FromResult(delivery.As<Secret>())));
            delivery.Settle(delivery.DeadLetter(Marks.Said));
        }

        await VerifyAsync();
        await AssertNothingWasWrittenAsync();
    }

    // While somebody's session, which the report names, has secrets in its statement. It names the role as well, and so must not come upon the library's own sessions.
    private async Task VerifyAsync()
    {
        await using var stranger = await _server.Administrator.OpenConnectionAsync();
        await using (var command = new NpgsqlCommand($"BEGIN; LOCK TABLE pgpubsub.dead_letter IN SHARE MODE; SELECT pg_current_xact_id(), '{Marks.Payload}'", stranger))
            await command.ExecuteNonQueryAsync();
        await _server.RunAsync("INSERT INTO pgpubsub.lease (topic, subscription, generation, lo, hi, token, node) VALUES (1, 1, 0, 0, 9, gen_random_uuid(), gen_random_uuid())");
        await using var store = _server.Store();
        var report = await store.VerifyAsync(new VerifyOptions { Grace = TimeSpan.Zero, LockedAfter = TimeSpan.Zero });
        foreach (var finding in _recorder.Told(report).Findings)
            _recorder.Told(_recorder.Told(finding).Holder);
        Assert.Contains(report.Findings, finding => finding.Kind is FindingKind.TableLocked);
    }

    [Fact]
    public async Task Consumers_and_askers_that_are_gone_or_deaf_leave_no_trace_of_what_they_were_sent()
    {
        var (deaf, gone) = (_system.ActorOf(Props.Create(() => new Deaf())), _system.ActorOf(Props.Empty));
        await AskAsync<Subscribed>(new Subscribe("t", "g", Consumer: deaf));
        await AskAsync<Subscribed>(new Subscribe("t", Consumer: deaf));
        for (var i = 0; i < 3; i++)
            await AskAsync<Published>(Marks.Event("t"));
        await UntilAsync("SELECT count(*) > 0 FROM pgpubsub.lease");
        _system.Stop(deaf);
        await gone.GracefulStop(Patience);
        gone.Tell(Marks.Event("t"));
        gone.Tell(new PublishAll("t", [Marks.Event("t")]));
        _hub.Tell(Marks.Event("t"), gone);
        _hub.Tell(new ListDeadLetters("t"), gone);
        _hub.Tell(new ReadHistory("t"), gone);
        await AskAsync<HistoryPage>(new ReadHistory("t"));
        await AssertNothingWasWrittenAsync();
    }

    [Fact]
    public async Task A_bug_is_logged_without_what_its_exception_says()
    {
        var options = _server.Options();
        options.Decorate = stores => stores with { Log = BuggyLog.Over(stores.Log, () => throw new InvalidOperationException(Marks.Payload, new FormatException(Marks.Key))) };
        _hub = PgPubSubHub.Start(_system, options, "buggy");
        _recorder.Told(await _hub.Ask<object>(Marks.Event("t"), Patience));
        await AwaitConditionAsync(() => Task.FromResult(_recorder.Heard("log ErrorLevel") > 0), Patience, TimeSpan.FromMilliseconds(50));
        await AssertNothingWasWrittenAsync();
    }

    private async Task AssertNothingWasWrittenAsync()
    {
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        _recorder.AssertSilent();
        foreach (var kind in new[] { "log DebugLevel", "answer", "measurement" })
            Assert.True(_recorder.Heard(kind) > 0, kind);
    }

    private async Task<T> AskAsync<T>(object request) => (T)_recorder.Told(await _hub.Ask<object>(request, Patience));

    private async Task<TestProbe> SubscribeAsync(string? group)
    {
        var probe = CreateTestProbe();
        _hub.Tell(new Subscribe("t", group, Consumer: probe), probe);
        _recorder.Told(await probe.ExpectMsgAsync<Subscribed>(Patience));
        return probe;
    }

    private async Task<IReadOnlyList<Delivery>> TakeAsync(TestProbe probe, int count)
    {
        var taken = new List<Delivery>();
        while (taken.Count < count)
            taken.Add(_recorder.Told(await probe.ExpectMsgAsync<Delivery>(Patience)));
        return taken;
    }

    private Task UntilAsync(string sql) => AwaitConditionAsync(() => _server.AskAsync<bool>(sql), Patience, TimeSpan.FromMilliseconds(50));

    private Task<string> ServerLogAsync() => File.ReadAllTextAsync(_server.Server.LogFile);
}
