using Akka.Actor;
using Akka.Event;

namespace PgPubSub.Actors.Handlers;

/// <summary>Subscribes an application's actor as a group's member, and asks again where that can help. It ends with the actor.</summary>
internal sealed class MemberActor : ReceiveActor, IWithTimers
{
    private const string SubscribeKey = "subscribe";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly IActorRef _hub, _consumer;
    private readonly Subscribe _subscribe;
    private readonly ILoggingAdapter _logger = Context.GetLogger();

    public MemberActor(IActorRef hub, Subscribe subscribe, IActorRef consumer)
    {
        (_hub, _subscribe, _consumer) = (hub, subscribe, consumer);
        Receive<Subscribe>(m => _hub.Tell(m));
        Receive<Subscribed>(m => _logger.Info("Group {0} of {1} is consumed here by {2}", m.Group, m.Topic, _consumer.Path));
        Receive<SubscribeRejected>(m =>
        {
            _logger.Error("The subscription of {0} to group {1} of {2} was rejected: {3}", _consumer.Path, m.Group, m.Topic, m.Reason);
            if (m.CanRetry)
                Timers.StartSingleTimer(SubscribeKey, _subscribe, Again);
        });
        Receive<Terminated>(_ =>
        {
            _logger.Info("{0} has stopped: group {1} of {2} is not consumed by it any more", _consumer.Path, _subscribe.Group, _subscribe.Topic);
            Context.Stop(Self);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef hub, Subscribe subscribe, IActorRef consumer) => Akka.Actor.Props.Create(() => new MemberActor(hub, subscribe, consumer));

    protected override void PreStart()
    {
        Context.Watch(_consumer);
        _hub.Tell(_subscribe);
    }
}
