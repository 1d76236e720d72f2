using Akka.Actor;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors;

/// <summary>An instance's entry actor, the event types that it knows, and a token that is cancelled when it has stopped.</summary>
internal sealed record StartedHub(IActorRef Ref, EventTypeMap Types, CancellationToken Stopped)
{
    public static StartedHub Of(ActorSystem system, IActorRef hub, EventTypeMap types)
    {
        var stopped = new CancellationTokenSource();
        var (gone, all) = (hub.WatchAsync(), system.WhenTerminated);
        _ = Task.WhenAny(gone, all).ContinueWith(_ => stopped.Cancel(), TaskScheduler.Default);
        return new StartedHub(hub, types, stopped.Token);
    }
}
