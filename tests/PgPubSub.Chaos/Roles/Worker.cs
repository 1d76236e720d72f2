using Akka.Actor;
using Akka.Configuration;
using PgPubSub.Actors;
using PgPubSub.Chaos.Journals;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Core.Topics;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Roles;

/// <summary>The worker's side: plays a role until its standard input ends.</summary>
internal static class Worker
{
    /// <summary>It works.</summary>
    public const string Ready = "ready";

    /// <summary>A publisher is to publish no more; and it has heard of all that it sent.</summary>
    public const string Stop = "stop", Stopped = "stopped";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly Config Quiet = ConfigurationFactory.ParseString(
        """
        akka.loglevel = ERROR
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.log-dead-letters = off
        """);

    public static async Task<int> PlayAsync(Casting casting)
    {
        using var journal = new Journal(casting.Journal);
        var system = ActorSystem.Create("chaos", Quiet);
        var hub = PgPubSubHub.Start(system, new PgPubSubOptions
        {
            ConnectionString = Environment.GetEnvironmentVariable(PostgresServer.Variable),
            Schema = casting.Schema,
            NodeName = casting.Name,
            TimeToLive = casting.Terms.TimeToLive,
            Retention = new Retention(), // the log is evidence
        });
        var publisher = casting.Role is Role.Publisher ? new Publisher(hub, casting, journal) : null;
        if (publisher is null)
            await SubscribeAsync(system, hub, casting, journal);
        Say(Ready);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line != Stop || publisher is null)
                continue;
            await publisher.StopAsync();
            Say(Stopped);
        }

        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
        return 0;
    }

    private static async Task SubscribeAsync(ActorSystem system, IActorRef hub, Casting casting, Journal journal)
    {
        var subscribed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(MemberActor.Props(hub, journal, casting.Random(), subscribed), "member");
        await subscribed.Task.WaitAsync(Patience);
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
