using System.Reflection;
using System.Runtime.CompilerServices;

namespace PgPubSub.Packages.Tests.Surfaces;

/// <summary>Types as C# writes them, without namespaces.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(char)] = "char", [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte", [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long",
        [typeof(ulong)] = "ulong", [typeof(float)] = "float", [typeof(double)] = "double", [typeof(decimal)] = "decimal",
    };

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, Annotations.Of(parameter));

    public static string Of(PropertyInfo property) => Of(property.PropertyType, Annotations.Of(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, Annotations.Of(field));

    public static string Of(EventInfo @event) => Of(@event.EventHandlerType!, Annotations.Of(@event));

    /// <summary>A type by itself, as a base type or a constraint is.</summary>
    public static string Of(Type type) => Of(type, Annotations.None());

    /// <summary>A declared type's own name, with its outer types and its parameters.</summary>
    public static string Declared(Type type)
    {
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var parameters = type.GetGenericArguments().Skip(inherited).Select(DeclaredParameter).ToList();
        return (type.DeclaringType is { } outer ? Declared(outer) + "." : "") + Own(type) + (parameters.Count == 0 ? "" : $"<{string.Join(", ", parameters)}>");
    }

    /// <summary>The name without what it is generic in.</summary>
    public static string Own(Type type) => type.Name.Split('`')[0];

    private static string DeclaredParameter(Type parameter) => (parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
    {
        GenericParameterAttributes.Covariant => "out " + parameter.Name,
        GenericParameterAttributes.Contravariant => "in " + parameter.Name,
        _ => parameter.Name,
    };

    // Annotations stand in the order in which this walks: a value type has one only where it is generic or a parameter, and Nullable has none.
    private static string Of(Type type, Annotations annotations)
    {
        if (type.IsByRef)
            return Of(type.GetElementType()!, annotations);
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Of(value, annotations) + "?";
        if (Keywords.TryGetValue(type, out var keyword) && type.IsValueType)
            return keyword;
        var arguments = type.GetGenericArguments();
        var mark = (!type.IsValueType || type.IsGenericParameter || arguments.Length > 0) && annotations.NextMayBeNull() ? "?" : "";
        if (type.IsArray)
            return Of(type.GetElementType()!, annotations) + $"[{new string(',', type.GetArrayRank() - 1)}]" + mark;
        if (type.IsValueType && type.IsAssignableTo(typeof(ITuple)) && arguments.Length > 1)
            return Tuple(arguments, annotations);
        var outer = type.DeclaringType is { } declaring && !type.IsGenericParameter ? Declared(declaring) + "." : "";
        return outer + (keyword ?? Own(type)) + (arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(argument => Of(argument, annotations)))}>") + mark;
    }

    private static string Tuple(Type[] elements, Annotations annotations)
    {
        var names = elements.Select(_ => annotations.NextName()).ToList(); // those of a tuple stand before those of its elements
        return $"({string.Join(", ", elements.Select((element, at) => Of(element, annotations) + (names[at] is { } name ? " " + name : "")))})";
    }
}
