namespace PgPubSub.Actors;

/// <summary>The name under which a type of event travels, which outlives renaming the type. <see cref="PgPubSubOptions.EventTypes"/> wins over it.</summary>
/// <param name="name">The name: at most 200 bytes of UTF-8, no control characters.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class EventTypeAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
