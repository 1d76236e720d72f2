using PgPubSub.Actors.Payloads;

namespace PgPubSub.Actors.Handlers;

/// <summary>Finds the handler of each type name, and everything that is wrong.</summary>
internal sealed class RouteSearch
{
    private readonly Dictionary<string, HandlerRoute> _routes = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];
    private readonly HandlerRoute[] _handlers;

    private RouteSearch(IReadOnlyList<HandlerRoute> handlers, EventTypeMap types)
    {
        if (handlers.Count == 0)
            _problems.Add("The group has no handlers.");
        _problems.AddRange(handlers.GroupBy(h => h.Type).Where(same => same.Count() > 1).Select(same => $"There are several handlers of {same.Key}."));
        _handlers = [.. handlers.DistinctBy(h => h.Type)];
        var named = Named(types);
        foreach (var (name, type) in named)
            Route(name, type);
        _problems.AddRange(_handlers.Where(h => h.Type.IsAbstract && !named.Values.Any(h.Type.IsAssignableFrom))
            .Select(h => $"The handler of {h.Type} takes nothing: no registered event type is assignable to it."));
    }

    /// <exception cref="PgPubSubConfigurationException">Lists every problem.</exception>
    public static HandlerRoutes Of(IReadOnlyList<HandlerRoute> handlers, EventTypeMap types)
    {
        var search = new RouteSearch(handlers, types);
        return search._problems.Count == 0 ? HandlerRoutes.ByName(search._routes) : throw new PgPubSubConfigurationException(search._problems);
    }

    public static IReadOnlyList<string> Problems(IReadOnlyList<HandlerRoute> handlers, EventTypeMap types) => new RouteSearch(handlers, types)._problems;

    // Registered types, and what is handled by its own class.
    private Dictionary<string, Type> Named(EventTypeMap types)
    {
        var named = types.Registered.ToDictionary(StringComparer.Ordinal);
        foreach (var type in _handlers.Select(h => h.Type).Where(type => !type.IsAbstract))
        {
            var name = types.NameOf(type);
            if (!named.TryAdd(name, type) && named[name] != type)
                _problems.Add($"Events of {type} would travel under the name {name}, which is that of {named[name]}.");
        }

        return named;
    }

    private void Route(string name, Type type)
    {
        HandlerRoute[] fitting = [.. _handlers.Where(h => h.Type.IsAssignableFrom(type))];
        if (fitting.Length == 0)
            return;
        if (Array.Find(fitting, h => fitting.All(other => other.Type.IsAssignableFrom(h.Type))) is { } narrowest)
            _routes.Add(name, narrowest with { Type = type });
        else
            _problems.Add($"Several handlers could take {type}, and none is the most specific: those of {string.Join(", ", fitting.Select(h => h.Type))}.");
    }
}
