using System.Reflection;
using PgPubSub.Actors.Payloads;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors;

/// <summary>
/// The names under which CLR types travel. A type that is not added travels under the name of its <see cref="EventTypeAttribute"/>, or else its full CLR name.
/// Handlers of a base class or an interface know the types that were added.
/// </summary>
public sealed class EventTypeNames
{
    private readonly List<(Type Type, string Name)> _added = [], _marked = [];

    /// <summary>Gives a type a name that outlives renaming it.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The name: at most 200 bytes of UTF-8, no control characters. It wins over the type's attribute.</param>
    /// <returns>This registry.</returns>
    public EventTypeNames Add<T>(string name)
    {
        _added.Add((typeof(T), name));
        return this;
    }

    /// <summary>Adds every type of an assembly that has an <see cref="EventTypeAttribute"/>, public or not, under the attribute's name.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ReflectionTypeLoadException">A type of the assembly can't be loaded.</exception>
    public EventTypeNames AddFrom(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        foreach (var type in assembly.GetTypes())
        {
            if (EventTypeMap.Marked(type) is { } name)
                _marked.Add((type, name));
        }

        return this;
    }

    internal EventTypeMap Freeze() => new(Counted());

    /// <summary>Two types under one name, one type under two names, and names that are none.</summary>
    internal IEnumerable<string> Problems()
    {
        var counted = Counted();
        foreach (var (type, name) in counted)
        {
            if (NameRule.Problem($"name of {type} in EventTypes", name) is { } problem)
                yield return problem;
            if (type.ContainsGenericParameters)
                yield return $"EventTypes can't name {type}: it is an open generic type.";
        }

        foreach (var type in counted.GroupBy(x => x.Type).Where(names => names.Count() > 1))
            yield return $"EventTypes gives {type.Key} several names: {string.Join(", ", type.Select(x => x.Name))}.";
        foreach (var name in counted.GroupBy(x => x.Name, StringComparer.Ordinal).Where(types => types.Key is not null && types.Select(x => x.Type).Distinct().Count() > 1))
            yield return $"EventTypes gives the name {name.Key} to several types: {string.Join(", ", name.Select(x => x.Type))}.";
    }

    private (Type Type, string Name)[] Counted() =>
        [.. _added.Concat(_marked.ExceptBy(_added.Select(x => x.Type), x => x.Type)).Distinct()];
}
