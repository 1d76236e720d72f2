using PgPubSub.Testing;

namespace PgPubSub.ServerFacts;

/// <summary>Whether this machine can run a server; it is really tried, once a process.</summary>
internal static class LocalBinaries
{
    private static readonly Lazy<string?> Tried = new(() =>
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

    /// <summary>Null where it can; else the reason why not.</summary>
    public static string? Lacking => Tried.Value;
}
