using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Samples.Tests.Migrating;

internal static class Chat
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), BetweenWords = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync()
    {
        using var system = ActorSystem.Create("chat");
        var hub = PgPubSubHub.Start(system, new PgPubSubOptions().UseInMemory());
        await hub.Ask<Published>(new Publish("chat", "before"), Patience);
        var shown = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new ChatRoom(hub, text => shown.TrySetResult(text))), "room");

        // A subscriber without a group hears what is said once it has come: it is said until it does.
        using var words = new PeriodicTimer(BetweenWords);
        using var enough = new CancellationTokenSource(Patience);
        while (!shown.Task.IsCompleted && await words.WaitForNextTickAsync(enough.Token))
        {
            // snippet: publish
            var reply = await hub.Ask<IPublishReply>(new Publish("chat", "hello")); // or Tell, where nobody needs to know
            // end
            Assert.IsType<Published>(reply);
        }

        Assert.Equal("hello", await shown.Task);
        Assert.Equal("before", await FirstOfLateAsync(system, hub));
    }

    private static async Task<string> FirstOfLateAsync(ActorSystem system, IActorRef hub)
    {
        var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = system.ActorOf(Props.Create(() => new Listener(first)), "late");
        // snippet: catch-up
        hub.Tell(new Subscribe("chat", From: StartFrom.Earliest), late); // what was said before it came, then live
        // end
        return await first.Task.WaitAsync(Patience);
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource<string> first) => Receive<Delivery>(delivery =>
        {
            first.TrySetResult(delivery.As<string>());
            Sender.Tell(delivery.Ack());
        });
    }
}
