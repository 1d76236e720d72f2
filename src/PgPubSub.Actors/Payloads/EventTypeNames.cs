namespace PgPubSub.Actors;

/// <summary>The names under which CLR types travel. A type without one travels under its full CLR name.</summary>
public sealed class EventTypeNames
{
    private readonly Dictionary<Type, string> _names = [];

    /// <summary>Gives a type a name that outlives renaming it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The name: at most 200 bytes of UTF-8, no control characters.</param>
    /// <returns>This registry.</returns>
    public EventTypeNames Add<T>(string name)
    {
        _names[typeof(T)] = name;
        return this;
    }

    internal IReadOnlyDictionary<Type, string> All => _names;
}
