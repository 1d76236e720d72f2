using System.Reflection;

namespace PgPubSub.Testing.Tests.Lossy;

/// <summary>A store that notes its calls and answers nothing.</summary>
public class Bystander : DispatchProxy
{
    public List<(MethodInfo Method, object?[] Arguments)> Seen { get; } = [];

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Seen.Add((targetMethod!, args!));
        return targetMethod!.ReturnType == typeof(Task)
            ? Task.CompletedTask
            : typeof(Bystander).GetMethod(nameof(Nothing), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(null, null);
    }

    private static Task<T> Nothing<T>() => Task.FromResult<T>(default!);
}
