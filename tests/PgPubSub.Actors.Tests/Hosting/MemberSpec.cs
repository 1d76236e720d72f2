using System.Threading.Channels;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace PgPubSub.Actors.Tests.Hosting;

/// <summary>Actors of the application's that a host starts as members of a group.</summary>
public sealed class MemberSpec : HostSpec
{
    private readonly Channel<(string Who, int Value, int Attempt)> _seen = Channel.CreateUnbounded<(string, int, int)>();

    protected override bool InMemory => true;

    [Fact]
    public async Task An_actor_is_started_subscribed_and_answers_itself()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(Memory).WithPgSubscription("t", "g", Worker("a")));
        await Publisher(host).PublishAllAsync(new PublishAll("t", new Number(1), new Number(2)));

        Assert.Equal([("a", 1, 1), ("a", 2, 1)], [await NextAsync(_seen), await NextAsync(_seen)]);
    }

    [Fact]
    public async Task Its_props_may_be_made_with_the_hosts_services_and_the_registry_on_an_instance_by_name()
    {
        var host = await StartAsync(
            akka => akka.WithPgPubSub(Memory).WithPgPubSub(Memory, "billing")
                .WithPgSubscription("t", "g", (system, registry, resolver) =>
                {
                    Assert.Equal(PgPubSubHub.For(system), registry.Get<PgPubSubHub>());
                    return resolver.Props<WorkerActor>("b");
                }, name: "billing"),
            services => services.AddSingleton(_seen));
        await Publisher(host).PublishAsync("t", new Number(1));
        await Publisher(host, "billing").PublishAsync("t", new Number(2));

        Assert.Equal(("b", 2, 1), await NextAsync(_seen));
    }

    [Fact]
    public async Task It_holds_as_many_deliveries_as_its_concurrency_and_a_restart_leaves_it_subscribed()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(Memory).WithPgSubscription("t", "g", Worker("a"), options => options.Concurrency = 2));
        await Publisher(host).PublishAllAsync(new PublishAll("t", new Number(WorkerActor.Throws), new Number(1), new Number(2)));

        // What it failed at it has not answered: with one place it would wait for its deadline.
        Assert.Equal([("a", WorkerActor.Throws, 1), ("a", 1, 1), ("a", 2, 1)], [await NextAsync(_seen), await NextAsync(_seen), await NextAsync(_seen)]);
    }

    [Fact]
    public async Task One_that_stops_has_left_and_what_it_held_goes_to_another()
    {
        var host = await StartAsync(akka => akka.WithPgPubSub(Memory).WithPgSubscription("t", "g", Worker("a")));
        await Publisher(host).PublishAsync("t", new Number(WorkerActor.Stops));
        Assert.Equal(("a", WorkerActor.Stops, 1), await NextAsync(_seen));
        await Log.WaitAsync("group g of t is not consumed by it any more");

        var system = host.Services.GetRequiredService<ActorSystem>();
        PgPubSubHub.For(system).Tell(new Subscribe("t", "g", Consumer: system.ActorOf(Worker("b"))));
        Assert.Equal(("b", WorkerActor.Stops, 2), await NextAsync(_seen));
    }

    [Fact]
    public async Task Props_that_are_null_keep_the_host_from_starting()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(akka => akka.WithPgPubSub(Memory).WithPgSubscription("t", "g", (_, _, _) => null!)));
        Assert.Equal("The Props of the actor for group g of t are null.", failure.Message);
    }

    private Props Worker(string who) => Props.Create(() => new WorkerActor(who, _seen));

    private sealed class WorkerActor : ReceiveActor
    {
        public const int Throws = -1, Stops = -2;

        public WorkerActor(string who, Channel<(string, int, int)> seen) => Receive<Delivery>(delivery =>
        {
            var value = delivery.As<Number>().Value;
            seen.Writer.TryWrite((who, value, delivery.Attempt));
            if (value == Throws)
                throw new InvalidOperationException("It does not like it.");
            if (value == Stops && delivery.Attempt == 1)
                Context.Stop(Self);
            else
                Sender.Tell(delivery.Ack());
        });
    }
}
