using Akka.Actor;
using PgPubSub.Actors.Handlers;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors;

/// <summary>An application's actor that a host is to start and to subscribe as a group's member.</summary>
internal sealed class PlannedMember(string topic, string group, Func<HostStart, Props?> props, Action<HandlerOptions>? configure, string? instance)
    : PlannedSubscription(topic, group, configure, instance)
{
    public override IEnumerable<string> Problems(EventTypeMap? types, IServiceProvider services)
    {
        string?[] unfit =
        [
            Options.Settlement is Settlement.Auto ? null : "Settlement is set, but an actor answers its deliveries itself.",
            Options.OnUnhandledType is UnhandledType.DeadLetter ? null : "OnUnhandledType is set, but an actor gets events of every type.",
        ];
        return OptionProblems.Concat(unfit.OfType<string>());
    }

    public override void Start(HostStart start)
    {
        var made = props(start) ?? throw new InvalidOperationException($"The Props of the actor for group {Terms.Subscribe.Group} of {Terms.Subscribe.Topic} are null.");
        var consumer = start.System.ActorOf(made);
        start.System.ActorOf(MemberActor.Props(start.Hub.Ref, Terms.Subscribe with { Consumer = consumer }, consumer));
    }
}
