using PgPubSub.Core.Faults;

namespace PgPubSub.Actors.Operations;

/// <summary>Why an operation can't be done, said before the store was asked or because something is not there.</summary>
internal sealed class OperationFailed(string reason) : Exception(reason)
{
    /// <summary>What a failure means to whoever asked.</summary>
    public static (string Reason, bool CanRetry) Explain(Exception failure) => failure switch
    {
        OperationFailed known => (known.Message, false),
        StoreException { Kind: FaultKind.Unknown } fault => ("The outcome is unknown: " + fault.Message, true),
        StoreException fault => (fault.Message, fault.Kind is FaultKind.Transient or FaultKind.Schema),
        _ => ("The outcome is unknown: " + failure.GetType().Name, true),
    };

    public static void ThrowOn(string? problem)
    {
        if (problem is not null)
            throw new OperationFailed(problem);
    }
}
