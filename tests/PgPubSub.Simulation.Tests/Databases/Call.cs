using PgPubSub.Core.Faults;
using PgPubSub.Simulation.Tests.Processes;

namespace PgPubSub.Simulation.Tests.Databases;

/// <summary>A call on its way: its statements, and what its caller does with the answer.</summary>
internal abstract class Call(Process caller, string name, object? key)
{
    public Process Caller => caller;

    public string Name => name;

    /// <summary>The advisory lock that it takes; null where it takes none.</summary>
    public object? Key => key;

    /// <summary>Counts the server's starts: what was sent before one is lost with it.</summary>
    public int Start { get; set; }

    public bool IsRolledBack { get; set; }

    /// <summary>Whether nobody waits for the answer any more.</summary>
    public bool IsGivenUp { get; set; }

    public TimeSpan ReplyAfter { get; set; }

    public bool LosesReply { get; set; }

    /// <summary>It waits for a lock, or begins.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Its transaction is committed.</summary>
    public abstract void Commit();

    public abstract void Answer();

    public abstract void Fail(FaultKind kind);
}

/// <summary>A call with a result.</summary>
internal sealed class Call<T>(Process caller, string name, object? key, Func<Task<T>> run, Action<T>? committed, Action<T> answered, Action<FaultKind> failed)
    : Call(caller, name, key)
{
    private T? _result;
    private FaultKind? _refused;

    public Action? Began { get; init; }

    public override void Begin() => Began?.Invoke();

    public override void Commit()
    {
        var task = run();
        if (task.Exception?.InnerException is StoreException refused)
        {
            _refused = refused.Kind;
            return;
        }

        _result = task.GetAwaiter().GetResult();
        committed?.Invoke(_result);
    }

    public override void Answer()
    {
        if (_refused is { } kind)
            failed(kind);
        else
            answered(_result!);
    }

    public override void Fail(FaultKind kind) => failed(kind);
}
