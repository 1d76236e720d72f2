using System.Collections.Concurrent;
using System.Reflection;

namespace PgPubSub.Actors.Payloads;

/// <summary>The registered event types with their names, one to one. Used by several threads.</summary>
internal sealed class EventTypeMap
{
    private readonly ConcurrentDictionary<Type, string> _names;
    private readonly Dictionary<string, Type> _types;

    public EventTypeMap(IReadOnlyCollection<(Type Type, string Name)> registered)
    {
        _types = registered.ToDictionary(x => x.Name, x => x.Type, StringComparer.Ordinal);
        _names = new ConcurrentDictionary<Type, string>(registered.Select(x => KeyValuePair.Create(x.Type, x.Name)));
    }

    public IReadOnlyDictionary<string, Type> Registered => _types;

    /// <summary>The name that a type's attribute gives it, or null.</summary>
    public static string? Marked(Type type) => type.GetCustomAttribute<EventTypeAttribute>(inherit: false)?.Name;

    /// <summary>The name under which a type travels.</summary>
    public string NameOf(Type type) => _names.GetOrAdd(type, static type => Marked(type) ?? type.ToString());

    /// <summary>Whether the name is registered for another type: nobody could tell them apart.</summary>
    public bool IsTaken(string name, Type type) => _types.TryGetValue(name, out var owner) && owner != type;
}
