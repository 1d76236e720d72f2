using Xunit;

namespace PgPubSub.ServerFacts;

/// <summary>A theory that needs servers of its own; skipped where the machine has no server binaries.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryOfServerBinariesAttribute : TheoryAttribute
{
    public TheoryOfServerBinariesAttribute() => Skip = LocalBinaries.Lacking;
}
