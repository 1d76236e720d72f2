using PgPubSub.Testing;

namespace PgPubSub.Postgres.Tests;

/// <summary>A fact that needs a server of its own to stop or reconfigure; skipped where the machine has no server binaries.</summary>
public sealed class FactOfServerBinariesAttribute : FactAttribute
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

    public FactOfServerBinariesAttribute() => Skip = Lacking.Value;
}
