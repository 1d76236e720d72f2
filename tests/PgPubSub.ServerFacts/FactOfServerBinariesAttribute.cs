using Xunit;

namespace PgPubSub.ServerFacts;

/// <summary>A fact that needs a server of its own to stop or reconfigure; skipped where the machine has no server binaries.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactOfServerBinariesAttribute : FactAttribute
{
    public FactOfServerBinariesAttribute() => Skip = LocalBinaries.Lacking;
}
