using Akka.Event;
using Microsoft.Extensions.DependencyInjection;
using PgPubSub.Actors.Handlers;
using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors;

/// <summary>Handlers of a group that a host is to run: one of every event, or one for each type.</summary>
internal sealed class PlannedHandlers(string topic, string group, IReadOnlyList<HandlerRoute> handlers, bool everyEvent, Action<HandlerOptions>? configure, string? instance)
    : PlannedSubscription(topic, group, configure, instance)
{
    private IEnumerable<Type> Classes => handlers.Select(handler => handler.Source.Class).OfType<Type>().Distinct();

    public override IEnumerable<string> Problems(EventTypeMap? types, IServiceProvider services)
    {
        var known = services.GetService<IServiceProviderIsService>();
        return OptionProblems.Concat(everyEvent || types is null ? [] : RouteSearch.Problems(handlers, types))
            .Concat(Classes.Select(type => HandlerClass.Problem(type, known)).OfType<string>());
    }

    public override void Start(HostStart start)
    {
        var services = start.Resolver.GetService<IServiceProvider>();
        foreach (var type in Classes)
        {
            // It may be that a service is only known to the scope that it is asked for in: then this is a false alarm.
            if (HandlerClass.Missing(type, services.GetService<IServiceProviderIsService>()) is { } missing)
                start.System.Log.Warning("The handler {0} of group {1} of {2} needs a service that is not registered: {3}", type, Terms.Subscribe.Group, Terms.Subscribe.Topic, missing);
        }

        HandlerRoute[] bound = [.. handlers.Select(handler => handler with { Source = handler.Source.Bind(services) })];
        start.System.ActorOf(HandlerActor.Props(start.Hub.Ref, Terms, everyEvent ? HandlerRoutes.Every(bound[0]) : RouteSearch.Of(bound, start.Hub.Types)));
    }
}
