using System.Globalization;
using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Testing;
using PgPubSub.Worker;

// A node in a process of its own, for tests that want it to die. It stops in good order when its standard input ends.
if (args is not [var schema, var maxAttempts, var slowAttempts] || Environment.GetEnvironmentVariable(PostgresServer.Variable) is not { Length: > 0 } connectionString)
{
    Console.Error.WriteLine($"usage, with {PostgresServer.Variable} set: SCHEMA MAX-ATTEMPTS-OF-QUICK MAX-ATTEMPTS-OF-SLOW");
    return 64;
}

var system = ActorSystem.Create("worker", "akka.loglevel = WARNING");
var hub = PgPubSubHub.Start(system, new PgPubSubOptions { ConnectionString = connectionString, Schema = schema, NodeName = "worker" });
var slow = system.ActorOf(SlowActor.Props(hub, RulesOf(slowAttempts)), Job.Slow);
system.ActorOf(QuickActor.Props(hub, slow, RulesOf(maxAttempts)), Job.Quick);
while (Console.ReadLine() is not null)
    continue;
await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
return 0;

static GroupRules RulesOf(string attempts) =>
    GroupRules.Default with { Retry = new RetryRules(int.Parse(attempts, CultureInfo.InvariantCulture), TimeSpan.Zero, 1, TimeSpan.Zero) };
