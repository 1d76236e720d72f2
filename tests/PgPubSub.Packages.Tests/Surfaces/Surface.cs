using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace PgPubSub.Packages.Tests.Surfaces;

/// <summary>What an application can see of an assembly, as a text: every public type with its members, in an order that no build changes.</summary>
internal static class Surface
{
    public static string Of(Assembly assembly) => Of(assembly.GetTypes());

    public static string Of(IEnumerable<Type> types)
    {
        var text = new StringBuilder();
        foreach (var place in types.Where(IsSeen).GroupBy(type => type.Namespace ?? "").OrderBy(place => place.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(place.Key).Append('\n');
            foreach (var type in place.OrderBy(TypeNames.Declared, StringComparer.Ordinal))
            {
                text.Append('\n').AppendJoin("", Attributes(type).Select(attribute => attribute + "\n")).Append(Head(type)).Append('\n');
                foreach (var member in type.IsEnum ? Choices(type) : IsDelegate(type) ? [] : MemberText.Of(type))
                    text.Append("  ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static string Head(Type type)
    {
        var reach = type.IsNestedFamily || type.IsNestedFamORAssem ? "protected " : "";
        var constraints = MemberText.Constraints(type.GetGenericArguments());
        if (IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"{reach}delegate {TypeNames.Of(invoke.ReturnParameter)} {TypeNames.Declared(type)}{MemberText.Parameters(invoke)}{constraints}";
        }

        var bases = Bases(type).ToList();
        return $"{reach}{Kind(type)} {TypeNames.Declared(type)}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}{constraints}";
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum)
            return "enum";
        if (type.IsInterface)
            return "interface";
        if (type.IsValueType)
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + (IsRecord(type) ? "record struct" : "struct");
        return (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (IsRecord(type) ? "record" : "class");
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly, [typeof(StringBuilder)])?.IsDefined(typeof(CompilerGeneratedAttribute)) == true
        || type.GetMethod("<Clone>$", BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly) is not null;

    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
            return Enum.GetUnderlyingType(type) == typeof(int) ? [] : [TypeNames.Of(Enum.GetUnderlyingType(type))];
        Type?[] above = type.BaseType is null || type.BaseType == typeof(object) || type.BaseType == typeof(ValueType) ? [] : [type.BaseType];
        var inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(one => one.GetInterfaces()));
        var own = type.GetInterfaces().Except(inherited).Where(one => one.IsVisible && !(IsRecord(type) && one == typeof(IEquatable<>).MakeGenericType(type)));
        return [.. above.OfType<Type>().Select(TypeNames.Of), .. own.Select(TypeNames.Of).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Choices(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(choice => (choice.Name, Value: Convert.ToInt64(choice.GetRawConstantValue(), CultureInfo.InvariantCulture)))
            .OrderBy(choice => choice.Value).ThenBy(choice => choice.Name, StringComparer.Ordinal).Select(choice => $"{choice.Name} = {choice.Value}");

    private static IEnumerable<string> Attributes(Type type)
    {
        if (type.IsDefined(typeof(FlagsAttribute)))
            yield return "[Flags]";
        if (type.IsDefined(typeof(ObsoleteAttribute)))
            yield return "[Obsolete]";
        if (type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false) is { } usage)
            yield return $"[AttributeUsage({usage.ValidOn}, AllowMultiple = {usage.AllowMultiple}, Inherited = {usage.Inherited})]";
    }

    private static bool IsSeen(Type type) =>
        type.IsNested ? (type.IsNestedPublic || ((type.IsNestedFamily || type.IsNestedFamORAssem) && !type.DeclaringType!.IsSealed)) && IsSeen(type.DeclaringType!) : type.IsPublic;

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(Delegate));
}
