using PgPubSub.Testing;

namespace PgPubSub.Chaos.Tests;

/// <summary>A theory that needs servers of its own; skipped where the machine has no server binaries.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryOfServerBinariesAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> Lacking = new(() =>
    {
        try
        {
            ThrowawayServer.StartAsync().GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (PostgresNotFoundException e)
        {
            return e.Message;
        }
    });

    public TheoryOfServerBinariesAttribute() => Skip = Lacking.Value;
}
