using Akka.Actor;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors;

/// <summary>An instance's entry actor, the event types that it knows, and a token that is cancelled when it has stopped.</summary>
internal sealed record StartedHub(ActorSystem System, IActorRef Ref, EventTypeMap Types, CancellationToken Stopped)
{
    /// <summary>Also where the token has yet to be told.</summary>
    public bool HasStopped => Stopped.IsCancellationRequested || System.WhenTerminated.IsCompleted;

    public static StartedHub Of(ActorSystem system, IActorRef hub, EventTypeMap types)
    {
        var stopped = new CancellationTokenSource();
        var (gone, all) = (hub.WatchAsync(), system.WhenTerminated);
        _ = Task.WhenAny(gone, all).ContinueWith(_ => stopped.Cancel(), TaskScheduler.Default);
        return new StartedHub(system, hub, types, stopped.Token);
    }
}
