using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using PgPubSub.Actors.Listening;

namespace PgPubSub.Actors.Tests.Listening;

/// <summary>The listening connection is lost and comes back. Its role is its own, so that the server can refuse it alone.</summary>
public sealed class ReconnectSpec : TwoHubsSpec
{
    private string Role => Schema + "_listener";

    private TestProbe _log = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _log = CreateTestProbe();
        Sys.EventStream.Subscribe(_log, typeof(Warning));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await RunAsync($"DROP OWNED BY {Role}; DROP ROLE {Role}");
    }

    [Fact]
    public async Task What_was_published_while_the_listener_was_away_is_delivered_when_it_is_back_without_waiting_for_a_poll()
    {
        var consumer = await ConsumerAsync();
        await UntilListeningAsync();
        await CrossAsync(consumer, 1);
        await RefuseAsync();
        await _log.FishForMessageAsync(m => m is Warning { Message: var text } && text.ToString()!.StartsWith("Wake-ups are not heard", StringComparison.Ordinal), Patience);

        await PublishAsync("t", 2);
        await consumer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(500));
        Assert.Contains("Wake-ups are not heard", (await Listener.Ask<Health>(GetHealth.Instance, Patience)).Problem, StringComparison.Ordinal);
        await RunAsync($"ALTER ROLE {Role} LOGIN");

        Assert.Equal(2, (await consumer.ExpectMsgAsync<Delivery>(Patience)).As<Number>().Value);
        await AwaitConditionAsync(async () => (await Listener.Ask<Health>(GetHealth.Instance, Patience)).IsHealthy, Patience);
        Assert.Empty(OfListener());
    }

    [Fact]
    public async Task A_connection_that_is_ended_again_and_again_comes_back_each_time_and_each_outage_is_one_line()
    {
        const int rounds = 3;
        var consumer = await ConsumerAsync();
        await UntilListeningAsync();
        for (var round = 1; round <= rounds; round++)
        {
            var before = await AskAsync<int>(Backend);
            await RunAsync($"SELECT pg_terminate_backend({before})");
            await UntilAsync($"coalesce(({Backend}) <> {before}, false)");
            await CrossAsync(consumer, round);
        }

        Assert.Equal(rounds, OfListener().Count);
    }

    protected override PgPubSubOptions ListenerOptions()
    {
        var options = base.ListenerOptions();
        RunAsync($"CREATE ROLE {Role} LOGIN PASSWORD 'listen'; GRANT USAGE ON SCHEMA {Schema} TO {Role}").GetAwaiter().GetResult();
        (options.Listen, options.ListenConnectionString) = (ListenMode.On, As(ConnectionString, Role));
        return options;
    }

    private string Backend => $"SELECT max(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted AND a.usename = '{Role}'";

    private List<Warning> OfListener() => [.. _log.TakeAll().OfType<Warning>().Where(line => line.LogClass == typeof(NotifyListenerActor))];

    private Task RefuseAsync() => RunAsync(
        $"ALTER ROLE {Role} NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{Role}'");
}
