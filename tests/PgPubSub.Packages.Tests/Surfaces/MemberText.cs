using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace PgPubSub.Packages.Tests.Surfaces;

/// <summary>Members as they are declared, one line each.</summary>
internal static class MemberText
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>What is seen of a type from outside: constructors, fields, properties, events and methods, each kind by name. What the compiler makes of a record goes without saying, but for its <c>Deconstruct</c>.</summary>
    public static IEnumerable<string> Of(Type type) =>
    [
        .. Sorted(type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsSeen(constructor)), constructor => Reach(constructor) + TypeNames.Own(type) + Parameters(constructor)),
        .. Sorted(type.GetFields(Declared).Where(field => field.IsPublic || (IsProtected(field.Attributes) && !type.IsSealed)), Field),
        .. Sorted(type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsSeen) && !IsMadeByTheCompiler(property)), Property),
        .. Sorted(type.GetEvents(Declared).Where(@event => IsSeen(@event.AddMethod!)), @event => $"{Modifiers(@event.AddMethod!)}event {TypeNames.Of(@event)} {@event.Name}"),
        .. Sorted(type.GetMethods(Declared).Where(method => IsSeen(method) && IsWritten(method)), Method),
    ];

    public static string Parameters(MethodBase method) =>
        $"({(method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")}{string.Join(", ", method.GetParameters().Select(Parameter))})";

    /// <summary>The constraints of type parameters, each with a space before it.</summary>
    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(parameter =>
    {
        var flags = parameter.GenericParameterAttributes;
        List<string> of = [];
        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            of.Add("struct");
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            of.Add(Annotations.OfTypeParameter(parameter).NextMayBeNull() ? "class?" : "class");
        else if (parameter.GetGenericParameterConstraints().Length == 0 && Annotations.OfTypeParameter(parameter).NextMustNotBeNull())
            of.Add("notnull");
        of.AddRange(parameter.GetGenericParameterConstraints().Where(constraint => constraint != typeof(ValueType)).Select(TypeNames.Of).Order(StringComparer.Ordinal));
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
            of.Add("new()");
        return of.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", of)}";
    }));

    private static IEnumerable<string> Sorted<T>(IEnumerable<T> members, Func<T, string> text) where T : MemberInfo =>
        members.Select(member => (member.Name, Text: text(member))).OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Text, StringComparer.Ordinal).Select(member => member.Text);

    private static string Field(FieldInfo field) =>
        (IsProtected(field.Attributes) ? "protected " : "")
        + (field.IsLiteral ? $"const {TypeNames.Of(field)} {field.Name} = {Literal(field.GetRawConstantValue(), field.FieldType)}"
            : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeNames.Of(field)} {field.Name}");

    private static string Property(PropertyInfo property)
    {
        var accessors = new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(IsSeen).ToList();
        var widest = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Modifiers(widest)}{required}{TypeNames.Of(property)} {name} {{ {string.Concat(accessors.Select(accessor => (accessor.IsPublic == widest.IsPublic ? "" : Reach(accessor)) + Accessor(property, accessor)))}}}";
    }

    private static string Accessor(PropertyInfo property, MethodInfo accessor) =>
        accessor == property.GetMethod ? "get; " : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";

    private static string Method(MethodInfo method)
    {
        var generic = method.GetGenericArguments();
        var name = method.IsSpecialName ? method.Name.Replace("op_", "operator ", StringComparison.Ordinal) : method.Name;
        var by = method.ReturnType.IsByRef ? "ref " : "";
        return $"{Modifiers(method)}{by}{TypeNames.Of(method.ReturnParameter)} {name}{(generic.Length == 0 ? "" : $"<{string.Join(", ", generic.Select(one => one.Name))}>")}{Parameters(method)}{Constraints(generic)}";
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var by = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        var many = parameter.CustomAttributes.Any(attribute => attribute.AttributeType.Name is nameof(ParamArrayAttribute) or nameof(ParamCollectionAttribute)) ? "params " : ""; // for .NET 8 the compiler brings its own
        return $"{by}{many}{TypeNames.Of(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Literal(parameter.RawDefaultValue, parameter.ParameterType) : "")}";
    }

    private static string Literal(object? value, Type type)
    {
        if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } choices && value is not null)
            return $"{TypeNames.Of(choices)}.{Enum.ToObject(choices, value)}";
        return value switch
        {
            null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
            string text => $"\"{text}\"",
            char character => $"'{character}'",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static string Modifiers(MethodInfo method)
    {
        var inherited = method.GetBaseDefinition() != method;
        var virtuality = (method.DeclaringType!.IsInterface, method.IsAbstract, method.IsVirtual, method.IsFinal) switch
        {
            (true, true, _, _) => "",
            (true, false, _, _) => method.IsStatic ? "" : "default ", // an interface's member with a body
            (_, true, _, _) => inherited ? "abstract override " : "abstract ",
            (_, _, true, true) => inherited ? "sealed override " : "", // final without a base: it implements an interface
            (_, _, true, false) => inherited ? "override " : "virtual ",
            _ => "",
        };
        return Reach(method) + (method.IsStatic ? "static " : "") + virtuality;
    }

    private static string Reach(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static bool IsSeen(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsProtected(FieldAttributes attributes) => (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static bool IsWritten(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && (!IsMadeByTheCompiler(method) || method.Name == "Deconstruct");

    private static bool IsMadeByTheCompiler(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || (member is PropertyInfo { Name: "EqualityContract" } or MethodInfo { Name: "<Clone>$" });
}
