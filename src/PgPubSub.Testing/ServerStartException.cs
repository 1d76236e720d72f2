namespace PgPubSub.Testing;

/// <summary>A <see cref="ThrowawayServer"/> could not be created, started or stopped; the message ends with what the server's own tools said.</summary>
public sealed class ServerStartException : Exception
{
    internal ServerStartException(string message)
        : base(message)
    {
    }
}
