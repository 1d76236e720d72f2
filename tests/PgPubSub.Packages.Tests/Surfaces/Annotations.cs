using System.Collections.ObjectModel;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PgPubSub.Packages.Tests.Surfaces;

/// <summary>What the compiler wrote beside a declaration, in the order in which its type is written: what may be null, and what a tuple's elements are called.</summary>
internal sealed class Annotations
{
    private const byte MustNotBeNull = 1, MayBeNull = 2;
    private readonly byte _everywhere;
    private readonly Queue<byte> _flags = [];
    private readonly Queue<string?> _names = [];

    private Annotations(byte everywhere) => _everywhere = everywhere;

    /// <summary>Of a type for which nothing is written, such as a base type.</summary>
    public static Annotations None() => new(0);

    public static Annotations Of(ParameterInfo parameter) => Read(parameter.CustomAttributes, parameter.Member);

    public static Annotations Of(MemberInfo member) => Read(member.CustomAttributes, member.DeclaringType!);

    /// <summary>What is asked of a type parameter.</summary>
    public static Annotations OfTypeParameter(Type parameter) => Read(parameter.CustomAttributes, (MemberInfo?)parameter.DeclaringMethod ?? parameter.DeclaringType!);

    /// <summary>Whether the next type that can be null may be.</summary>
    public bool NextMayBeNull() => Next() == MayBeNull;

    /// <summary>Whether the next type that can be null must not be.</summary>
    public bool NextMustNotBeNull() => Next() == MustNotBeNull;

    public string? NextName() => _names.TryDequeue(out var name) ? name : null;

    private byte Next() => _flags.TryDequeue(out var flag) ? flag : _everywhere;

    private static Annotations Read(IEnumerable<CustomAttributeData> attributes, MemberInfo around)
    {
        var own = attributes.FirstOrDefault(attribute => attribute.AttributeType == typeof(NullableAttribute))?.ConstructorArguments[0].Value;
        var annotations = new Annotations(own is byte all ? all : Context(around));
        foreach (var flag in own as ReadOnlyCollection<CustomAttributeTypedArgument> ?? [])
            annotations._flags.Enqueue((byte)flag.Value!);
        var names = attributes.FirstOrDefault(attribute => attribute.AttributeType == typeof(TupleElementNamesAttribute))?.ConstructorArguments[0].Value;
        foreach (var name in names as ReadOnlyCollection<CustomAttributeTypedArgument> ?? [])
            annotations._names.Enqueue((string?)name.Value);
        return annotations;
    }

    // What holds where nothing else is written stands on the method, or on a type around it.
    private static byte Context(MemberInfo? place)
    {
        for (; place is not null; place = place.DeclaringType)
        {
            if (place.CustomAttributes.FirstOrDefault(attribute => attribute.AttributeType == typeof(NullableContextAttribute)) is { } context)
                return (byte)context.ConstructorArguments[0].Value!;
        }

        return 0;
    }
}
