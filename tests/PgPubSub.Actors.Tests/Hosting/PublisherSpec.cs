using System.Threading.Channels;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>Publishing from outside actors, where the database adds nothing.</summary>
public sealed class PublisherSpec : HostSpec
{
    protected override bool InMemory => true;

    [Fact]
    public async Task It_publishes_one_several_or_each_for_itself()
    {
        var publisher = Publisher(await StartAsync(akka => akka.WithPgPubSub(Memory)));

        Assert.Equal(0, (await publisher.PublishAsync("t", new Number(0))).Offset);
        Assert.Equal(("t", 1L), await publisher.PublishAsync(new Publish("t", new Number(1), Key: "k")) is var one ? (one.Topic, one.Offset) : default);
        var all = await publisher.PublishAllAsync(new PublishAll("t", new Number(2), new Number(3)));
        Assert.Equal((2L, 2), (all.First, all.EventIds.Count));
        var each = await publisher.PublishEachAsync(new PublishEach("t", [new Publish("t", new Number(4)), new Publish("t", new byte[1]), new Publish("t", new Number(5))]));
        Assert.Equal([4L, null, 5L], each.Replies.Select(reply => (reply as Published)?.Offset));
    }

    [Fact]
    public async Task What_is_rejected_is_thrown_with_its_reason()
    {
        var publisher = Publisher(await StartAsync(akka => akka.WithPgPubSub(Memory)));

        var one = await Assert.ThrowsAsync<PublishRejectedException>(() => publisher.PublishAsync("t", new byte[1]));
        Assert.Equal(new PublishRejected("t", "Bytes need a content type: use EventBytes.", CanRetry: false), one.Rejection);
        var all = await Assert.ThrowsAsync<PublishRejectedException>(() => publisher.PublishAllAsync(new PublishAll("t")));
        Assert.Contains("between 1 and 10000", all.Rejection.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PublishRejectedException>(() => publisher.PublishEachAsync(new PublishEach("t", null!)));
        await Assert.ThrowsAsync<PublishRejectedException>(() => publisher.PublishAsync(null!, new Number(1)));
    }

    [Fact]
    public async Task Thousands_at_once_are_published_in_the_order_of_the_calls()
    {
        var publisher = Publisher(await StartAsync(akka => akka.WithPgPubSub(Memory)));

        var published = await Task.WhenAll(Enumerable.Range(0, 5_000).Select(n => publisher.PublishAsync("t", new Number(n)))).WaitAsync(Patience);

        Assert.Equal(Enumerable.Range(0, 5_000).Select(n => (long)n), published.Select(p => p.Offset));
    }

    [Fact]
    public async Task Each_of_many_callers_keeps_its_order_and_all_is_there_once()
    {
        var seen = Channel.CreateUnbounded<int>();
        var publisher = Publisher(await StartAsync(akka => akka.WithPgPubSub(Memory).WithPgSubscription<Number>("t", "g", (n, _, _) =>
        {
            seen.Writer.TryWrite(n.Value);
            return Task.CompletedTask;
        })));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => Task.Run(async () =>
        {
            for (var n = 0; n < 50; n++)
                await publisher.PublishAsync("t", new Number((caller * 1000) + n));
        }))).WaitAsync(Patience);

        var got = new List<int>();
        while (got.Count < 1_000)
            got.Add(await NextAsync(seen));
        Assert.All(got.GroupBy(n => n / 1000), caller => Assert.Equal(Enumerable.Range(caller.Key * 1000, 50), caller));
    }

    [Fact]
    public async Task Before_the_host_has_started_it_waits_and_gives_up_when_told()
    {
        var host = Build(akka => akka.WithPgPubSub(Memory));
        var publisher = Publisher(host);
        using var cancelled = new CancellationTokenSource();
        var (waits, givesUp) = (publisher.PublishAsync("t", new Number(1)), publisher.PublishAsync("t", new Number(2), cancelled.Token));
        await cancelled.CancelAsync();

        Assert.Equal(cancelled.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp)).CancellationToken);
        Assert.False(waits.IsCompleted);
        await host.StartAsync();
        Assert.Equal(0, (await waits.WaitAsync(Patience)).Offset);
        Assert.Equal(1, (await publisher.PublishAsync("t", new Number(3))).Offset);
    }

    [Fact]
    public async Task A_service_that_starts_before_may_publish_while_it_runs()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(Memory), services => services.AddHostedService<Early>().AddSingleton(Channel.CreateUnbounded<Published>()));

        Assert.Equal(0, (await NextAsync(host.Services.GetRequiredService<Channel<Published>>())).Offset);
    }

    [Fact]
    public async Task After_the_host_has_stopped_it_fails_and_says_so()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(Memory).WithPgPubSub(Memory, "second"));
        var (used, unused) = (Publisher(host), Publisher(host, "second"));
        await used.PublishAsync("t", new Number(1));
        await host.StopAsync();

        foreach (var publisher in new[] { used, unused })
        {
            var rejection = (await Assert.ThrowsAsync<PublishRejectedException>(() => publisher.PublishAsync("t", new Number(1)).WaitAsync(Patience))).Rejection;
            Assert.Contains("has stopped", rejection.Reason, StringComparison.Ordinal);
            Assert.False(rejection.CanRetry);
        }
    }

    [Fact]
    public async Task Whoever_waits_for_a_host_that_fails_to_start_is_told()
    {
        var host = Build(akka => akka.WithPgPubSub(options => options.Window = 0));
        var waits = Publisher(host).PublishAsync("t", new Number(1));

        await Assert.ThrowsAsync<PgPubSubConfigurationException>(() => host.StartAsync());
        Assert.Contains("has stopped", (await Assert.ThrowsAsync<PublishRejectedException>(() => waits.WaitAsync(Patience))).Rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_stops_alone_rejects_what_comes_after_it()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(Memory));
        var publisher = Publisher(host);
        await publisher.PublishAsync("t", new Number(1));
        var system = host.Services.GetRequiredService<ActorSystem>();
        await PgPubSubHub.For(system).GracefulStop(Patience);

        await Assert.ThrowsAsync<PublishRejectedException>(() => publisher.PublishAsync("t", new Number(2)).WaitAsync(Patience));
    }

    [Fact]
    public async Task What_an_instance_never_answered_because_it_stopped_has_an_unknown_outcome()
    {
        var got = Channel.CreateUnbounded<Publish>();
        var host = await StartAsync(akka => akka.WithActors((system, _) =>
            HubDirectory.Of(system).Add("silent", new EventTypeMap([]), () => system.ActorOf(Props.Create(() => new SilentActor(got))))));
        using var patient = new CancellationTokenSource();
        Task<Published>[] waits = [Publisher(host, "silent").PublishAsync("t", new Number(1)), Publisher(host, "silent").PublishAsync("t", new Number(2), patient.Token)];
        await NextAsync(got);
        await NextAsync(got);
        host.Services.GetRequiredService<ActorSystem>().Stop(PgPubSubHub.For(host.Services.GetRequiredService<ActorSystem>(), "silent"));

        foreach (var wait in waits)
        {
            var rejection = (await Assert.ThrowsAsync<PublishRejectedException>(() => wait.WaitAsync(Patience))).Rejection;
            Assert.Contains("The outcome is unknown", rejection.Reason, StringComparison.Ordinal);
            Assert.False(rejection.CanRetry);
        }
    }

    [Fact]
    public async Task An_unknown_instance_is_told_when_it_is_used_with_those_that_there_are()
    {
        var host = Build(akka => akka.WithPgPubSub(Memory).WithPgPubSub(Memory, "billing"));
        var waits = Publisher(host, "biling").PublishAsync("t", new Number(1));
        await host.StartAsync();

        foreach (var use in new[] { waits, Publisher(host, "biling").PublishAsync("t", new Number(1)) })
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => use.WaitAsync(Patience));
            Assert.Contains("named 'biling'", failure.Message, StringComparison.Ordinal);
            Assert.Contains("There are: billing, default.", failure.Message, StringComparison.Ordinal);
        }

        Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredKeyedService<IPgPubSubPublisher>(7));
    }

    [Fact]
    public async Task Without_an_instance_or_an_actor_system_it_says_what_is_missing()
    {
        var host = Build(_ => { });
        var waits = Publisher(host).PublishAsync("t", new Number(1));
        await host.StartAsync();
        Assert.Contains("call WithPgPubSub", (await Assert.ThrowsAsync<InvalidOperationException>(() => waits.WaitAsync(Patience))).Message, StringComparison.Ordinal);

        await using var alone = new ServiceCollection().AddPgPubSubPublisher().BuildServiceProvider();
        Assert.Contains("AddAkka", Assert.Throws<InvalidOperationException>(alone.GetRequiredService<IPgPubSubPublisher>).Message, StringComparison.Ordinal);
    }

    private sealed class SilentActor : ReceiveActor
    {
        public SilentActor(Channel<Publish> got) => Receive<Publish>(publish => got.Writer.TryWrite(publish));
    }

    private sealed class Early(IPgPubSubPublisher publisher, Channel<Published> published) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
            await published.Writer.WriteAsync(await publisher.PublishAsync("t", new Number(1), stoppingToken), stoppingToken);
    }
}
