using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>What a host is told to start is checked as a whole, before the first of it starts.</summary>
public sealed class HostPlanSpec : HostSpec
{
    protected override bool InMemory => true;

    [Fact]
    public async Task Every_problem_of_all_instances_and_subscriptions_is_told_at_once_and_nothing_is_started()
    {
        ActorSystem? started = null;
        var problems = await ProblemsAsync(akka => akka
            .WithActors((system, _) => started = system)
            .WithPgPubSub(Memory)
            .WithPgPubSub(options => options.UseInMemory().Window = 0, "billing")
            .WithPgPubSub(Memory, "billing")
            .WithPgPubSub(Memory, "no name")
            .WithPgSubscription<Number>("t", "g", (_, _, _) => Task.CompletedTask, name: "biling")
            .WithPgSubscription<Number>("", "", (_, _, _) => Task.CompletedTask, options => options.Concurrency = 0)
            .WithPgSubscription("t", "routes", handlers => handlers.On<IDisposable>((_, _, _) => Task.CompletedTask).On<Number>((_, _, _) => Task.CompletedTask).On<Number>((_, _, _) => Task.CompletedTask))
            .WithPgSubscription<Number, IHandler>("t", "interface", name: "billing")
            .WithPgSubscription<Number, Unmakeable>("t", "unmakeable")
            .WithPgSubscription("t", "actor", Props.Empty, options => (options.Settlement, options.OnUnhandledType) = (Settlement.Explicit, UnhandledType.Skip)));

        Assert.Equal(
            [
                "Instance 'billing': Window is 0; it must be between 1 and 10000.",
                "Instance number 4: The instance's name must consist of letters, digits, dash and underscore, at most 100.",
                "Instance 'billing': 2 instances have this name.",
                "Group 'g' of topic 't' of instance 'biling': There is no instance of this name; there are: billing, default.",
                "Subscription number 2: The topic is empty.",
                "Subscription number 2: The group is empty.",
                "Subscription number 2: Concurrency is 0; it must be between 1 and 10000.",
                $"Group 'routes' of topic 't': There are several handlers of {typeof(Number)}.",
                "Group 'routes' of topic 't': The handler of System.IDisposable takes nothing: no registered event type is assignable to it.",
                $"Group 'interface' of topic 't' of instance 'billing': The handler {typeof(IHandler)} is not registered, and it is no class that can be made.",
                $"Group 'unmakeable' of topic 't': The handler {typeof(Unmakeable)} is not registered, and it has no public constructor.",
                "Group 'actor' of topic 't': Settlement is set, but an actor answers its deliveries itself.",
                "Group 'actor' of topic 't': OnUnhandledType is set, but an actor gets events of every type.",
            ],
            problems);
        Assert.Throws<InvalidOperationException>(() => PgPubSubHub.For(started!));
    }

    [Fact]
    public async Task Without_any_instance_a_subscription_says_so() =>
        Assert.Equal(
            ["Group 'g' of topic 't': There is no instance of this name; there is none at all: call WithPgPubSub."],
            await ProblemsAsync(akka => akka.WithPgSubscription<Number>("t", "g", (_, _, _) => Task.CompletedTask)));

    [Fact]
    public async Task A_name_that_is_taken_by_an_instance_of_the_applications_own_is_refused_and_another_can_be_used()
    {
        Assert.Equal(
            ["Instance 'default': An instance of this name runs already."],
            await ProblemsAsync(akka => akka.WithActors((system, _) => PgPubSubHub.Start(system, InMemoryOptions())).WithPgPubSub(Memory)));

        var handled = System.Threading.Channels.Channel.CreateUnbounded<int>();
        var host = await StartAsync(akka => akka
            .WithActors((system, _) => PgPubSubHub.Start(system, InMemoryOptions(), "own"))
            .WithPgSubscription<Number>("t", "g", async (n, _, stop) => await handled.Writer.WriteAsync(n.Value, stop), name: "own"));
        await Publisher(host, "own").PublishAsync("t", new Number(7));
        Assert.Equal(7, await NextAsync(handled));
    }

    [Fact]
    public async Task What_stands_before_its_instance_works_and_the_applications_own_actors_start_where_they_stand()
    {
        var handled = System.Threading.Channels.Channel.CreateUnbounded<int>();
        var order = new List<string>();
        var host = await StartAsync(akka => akka
            .WithActors((system, registry) => order.Add($"first, hub: {registry.TryGet<PgPubSubHub>(out _)}"))
            .WithPgSubscription<Number>("t", "g", async (n, _, stop) => await handled.Writer.WriteAsync(n.Value, stop))
            .WithActors((system, registry) => order.Add($"second, hub: {registry.TryGet<PgPubSubHub>(out _)}"))
            .WithPgPubSub(Memory));

        Assert.Equal(["first, hub: False", "second, hub: True"], order);
        Assert.Equal(PgPubSubHub.For(host.Services.GetRequiredService<ActorSystem>()), await host.Services.GetRequiredService<IRequiredActor<PgPubSubHub>>().GetAsync());
        await Publisher(host).PublishAsync("t", new Number(7));
        Assert.Equal(7, await NextAsync(handled));
    }

    [Fact]
    public async Task Options_are_read_once()
    {
        var options = InMemoryOptions();
        var host = await StartAsync(akka =>
        {
            akka.WithPgPubSub(options);
            options.Window = 0;
        });
        Assert.Equal(0, (await Publisher(host).PublishAsync("t", new Number(1))).Offset);
    }

    private static PgPubSubOptions InMemoryOptions()
    {
        var options = new PgPubSubOptions();
        Memory(options);
        return options;
    }

    private interface IHandler : IEventHandler<Number>;

    private sealed class Unmakeable : IEventHandler<Number>
    {
        private Unmakeable() { }

        public Task HandleAsync(Number @event, Delivery delivery, CancellationToken cancel) => Task.CompletedTask;
    }
}
