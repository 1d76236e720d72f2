using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace PgPubSub.Actors.Handlers;

/// <summary>What can be known of a handler's class before one is made.</summary>
internal static class HandlerClass
{
    /// <summary>Why no handler can ever be made of it; null where that is not certain.</summary>
    public static string? Problem(Type type, IServiceProviderIsService? known)
    {
        if (known is null || known.IsService(type))
            return null;
        return type.IsAbstract ? $"The handler {type} is not registered, and it is no class that can be made."
            : type.GetConstructors().Length == 0 ? $"The handler {type} is not registered, and it has no public constructor."
            : null;
    }

    /// <summary>The services that its constructor needs and nobody registered; null where there are none, or that is not known.</summary>
    public static string? Missing(Type type, IServiceProviderIsService? known)
    {
        if (known is null || type.IsAbstract || type.GetConstructors() is not { Length: > 0 } constructors)
            return null;
        var missing = constructors.Select(constructor => constructor.GetParameters().Where(need => !IsThere(need, known)).Select(need => need.ParameterType).ToArray())
            .MinBy(types => types.Length)!;
        return missing.Length == 0 ? null : string.Join(", ", missing.Distinct());
    }

    private static bool IsThere(ParameterInfo need, IServiceProviderIsService known) =>
        need.HasDefaultValue || need.GetCustomAttribute<ServiceKeyAttribute>() is not null
        || (need.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed
            ? known is not IServiceProviderIsKeyedService byKey || byKey.IsKeyedService(need.ParameterType, keyed.Key)
            : known.IsService(need.ParameterType));
}
