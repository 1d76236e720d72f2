using System.Reflection;
using PgPubSub.Core.Stores;

namespace PgPubSub.Actors.Tests.Secrets;

/// <summary>A log that fails once as only a bug does: not by its task, but at the call.</summary>
internal class BuggyLog : DispatchProxy
{
    private ILogStore _log = null!;
    private Action? _bug;

    public static ILogStore Over(ILogStore log, Action bug)
    {
        var made = Create<ILogStore, BuggyLog>();
        ((BuggyLog)(object)made)._log = log;
        ((BuggyLog)(object)made)._bug = bug;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Interlocked.Exchange(ref _bug, null)?.Invoke();
        return targetMethod!.Invoke(_log, args);
    }
}
