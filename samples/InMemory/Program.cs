using Akka.Actor;
using InMemory;
using PgPubSub.Actors;

// The smallest whole program: no database and no host. Three orders are published; the group "kitchen" acks the first at once, the second at its second attempt, and never the third,
// which becomes a dead letter. The exit code is 0 only if it was so.
using var system = ActorSystem.Create("in-memory", "akka.loglevel = ERROR");
var hub = PgPubSubHub.Start(system, new PgPubSubOptions { MaxAttempts = 2, RetryFirst = TimeSpan.FromMilliseconds(100) }.UseInMemory());
system.ActorOf(Props.Create(() => new Cook(hub)), "cook");

foreach (var dish in (string[])["soup", "roast", "moon"])
{
    var published = await hub.Ask<IPublishReply>(new Publish("orders", dish, Type: "order.placed"));
    Console.WriteLine($"published {dish}: {(published as Published)?.Offset}");
}

// Waits until all is handled, what comes back later included.
var flushed = await hub.Ask<IFlushReply>(new Flush());
var dead = (await hub.Ask<DeadLetterPage>(new ListDeadLetters("orders"))).DeadLetters;
foreach (var letter in dead)
    Console.WriteLine($"dead letter: {letter.Event.As<string>()} at offset {letter.Event.Offset}, after {letter.Attempts} attempts: {letter.Reason}");

await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
return flushed is Flushed && dead is [{ Event.Offset: 2, Attempts: 2 }] ? 0 : 1;
