namespace PgPubSub.Testing;

/// <summary>No way led to a PostgreSQL server; the message says what was tried and names the three ways to give one.</summary>
public sealed class PostgresNotFoundException : Exception
{
    internal PostgresNotFoundException(string message)
        : base(message)
    {
    }
}
