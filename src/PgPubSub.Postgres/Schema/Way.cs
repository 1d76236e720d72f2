namespace PgPubSub.Postgres.Schema;

/// <summary>What lies between this program and the server.</summary>
internal enum Way
{
    /// <summary>Nothing: a session is one backend.</summary>
    Direct,

    /// <summary>A pooler: each transaction may meet another backend.</summary>
    Pooler,
}
