using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>An instance in a host, its subscriptions and its handlers, on a real server.</summary>
public sealed class HostingSpec : HostSpec
{
    [Fact]
    public async Task A_handler_gets_what_an_actor_publishes_and_its_failure_brings_the_message_back()
    {
        var handled = System.Threading.Channels.Channel.CreateUnbounded<(int Value, int Attempt)>();
        var host = Build(akka => akka.WithPgSubscription<Number>("numbers", "workers", async (number, delivery, ct) =>
        {
            await handled.Writer.WriteAsync((number.Value, delivery.Attempt), ct);
            if (delivery.Attempt == 1)
                throw new InvalidOperationException("not yet");
        }));
        await host.StartAsync();
        var hub = await host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync();
        Assert.Equal(0, (await hub.Ask<Published>(new Publish("numbers", new Number(7)), Patience)).Offset);

        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal((7, 1), await handled.Reader.ReadAsync(patience.Token));
        Assert.Equal((7, 2), await handled.Reader.ReadAsync(patience.Token));
        await host.StopAsync();
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var left = source.CreateCommand($"SELECT (SELECT count(*) FROM {Schema}.lease) + (SELECT count(*) FROM {Schema}.retry) + (SELECT count(*) FROM {Schema}.node)");
        Assert.Equal(0L, await left.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Handlers_are_chosen_by_the_events_type_and_what_none_takes_is_buried()
    {
        var handled = System.Threading.Channels.Channel.CreateUnbounded<object>();
        var host = Build(
            akka => akka.WithPgSubscription("orders", "workers", handlers => handlers
                .On<Order>(async (order, _, stop) => await handled.Writer.WriteAsync(("order", order), stop))
                .On<Shipped>(async (shipped, _, stop) => await handled.Writer.WriteAsync(("shipped", shipped), stop))),
            options => options.EventTypes.Add<Placed>("placed").Add<Shipped>("shipped"));
        await host.StartAsync();
        var hub = await host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync();
        await hub.Ask<PublishedAll>(new PublishAll("orders", new Placed("o-1"), new Number(1), new Shipped("o-1", 3)), Patience);

        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal(("order", (Order)new Placed("o-1")), await handled.Reader.ReadAsync(patience.Token));
        Assert.Equal(("shipped", new Shipped("o-1", 3)), await handled.Reader.ReadAsync(patience.Token));
        await host.StopAsync();
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var buried = source.CreateCommand($"SELECT \"offset\" FROM {Schema}.dead_letter");
        Assert.Equal(1L, await buried.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Handlers_that_do_not_fit_the_registered_types_are_refused_at_start()
    {
        var host = Build(akka => akka.WithPgSubscription("orders", "workers", handlers => handlers.On<IDisposable>((_, _, _) => Task.CompletedTask)));
        var problems = (await Assert.ThrowsAsync<PgPubSubConfigurationException>(() => host.StartAsync())).Problems;
        Assert.Contains("System.IDisposable takes nothing", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handlers_token_is_cancelled_when_its_deadline_passes_and_when_the_host_stops()
    {
        var started = System.Threading.Channels.Channel.CreateUnbounded<int>();
        var cancelled = System.Threading.Channels.Channel.CreateUnbounded<int>();
        var host = Build(akka => akka.WithPgSubscription<Number>(
            "numbers", "workers",
            async (_, delivery, ct) =>
            {
                started.Writer.TryWrite(delivery.Attempt);
                await Task.Delay(Timeout.InfiniteTimeSpan, ct).ContinueWith(_ => cancelled.Writer.TryWrite(delivery.Attempt), TaskScheduler.Default);
                ct.ThrowIfCancellationRequested();
            },
            options => options.Rules = new(TimeSpan.FromMilliseconds(400), new(0, TimeSpan.Zero, 1, TimeSpan.Zero))));
        await host.StartAsync();
        var hub = await host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync();
        await hub.Ask<Published>(new Publish("numbers", new Number(7)), Patience);
        using var patience = new CancellationTokenSource(Patience);
        Assert.Equal(1, await cancelled.Reader.ReadAsync(patience.Token));
        Assert.Equal(2, await cancelled.Reader.ReadAsync(patience.Token));
        while (await started.Reader.ReadAsync(patience.Token) < 3)
        {
            // The third is under way when the host stops.
        }

        await host.StopAsync();
        Assert.Equal(3, await cancelled.Reader.ReadAsync(patience.Token));
    }

    [Fact]
    public async Task Two_instances_stand_side_by_side()
    {
        var host = Build(akka => akka.WithPgPubSub(o => (o.ConnectionString, o.Schema) = (ConnectionString, Schema + "_2"), "second"));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var first = await host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync();
        Assert.Equal(first, PgPubSubHub.For(system));
        var second = PgPubSubHub.For(system, "second");
        Assert.NotEqual(first, second);
        Assert.Equal(0, (await first.Ask<Published>(new Publish("t", new Number(1)), Patience)).Offset);
        Assert.Equal(0, (await second.Ask<Published>(new Publish("t", new Number(1)), Patience)).Offset);
        Assert.Throws<InvalidOperationException>(() => PgPubSubHub.For(system, "third"));
        await host.StopAsync();
    }

    // What a handler has in hand is waited for when the host stops.
    private IHost Build(Action<AkkaConfigurationBuilder> also, Action<PgPubSubOptions>? configure = null) => base.Build(akka =>
    {
        akka.WithPgPubSub(options =>
        {
            (options.ConnectionString, options.Schema) = (ConnectionString, Schema);
            configure?.Invoke(options);
        });
        also(akka);
    });

    private abstract record Order(string Id);

    private sealed record Placed(string Id) : Order(Id);

    private sealed record Shipped(string Id, int Parcels) : Order(Id);
}
