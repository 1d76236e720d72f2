using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Streams;

namespace PgPubSub.Samples.Tests.Streams;

internal static class Control
{
    public static async Task StopAsync(ISourceControl control, Task done)
    {
        // snippet: drain
        await control.DrainAndShutdown(TimeSpan.FromSeconds(10)); // nothing more is emitted; what was, may be settled for so long
        await done; // the sink's
        // end
    }

    public static void Restart(ActorSystem system, IMaterializer materializer, Application app)
    {
        // snippet: restart
        var settings = RestartSettings.Create(minBackoff: TimeSpan.FromSeconds(1), maxBackoff: TimeSpan.FromSeconds(30), randomFactor: 0.2);
        var control = PgPubSubSource.Restarting(settings, () => PgPubSubSource.Group<OrderPlaced>(system, "orders", "billing")
                .SelectAsync(8, async order =>
                {
                    await app.WriteAsync(order.Value);
                    return order;
                })
                .Via(PgPubSubFlow.Commit<Committable<OrderPlaced>>(system)))
            .To(Sink.Ignore<CommitBatch>())
            .Run(materializer);
        // end
        control.Stop();
    }

    public static Source<TopicEvent, ISourceControl> RestartOfALog(ActorSystem system, RestartSettings settings)
    {
        // snippet: restart-log
        var source = PgPubSubSource.FromEarliest(system, "orders", new LogSourceOptions { OnOutage = OutageMode.Fail, Restart = settings });
        // end
        return source;
    }
}
