namespace PgPubSub.Streams;

/// <summary>Flows that publish and commit.</summary>
public static class PgPubSubFlow
{
    /// <summary>Commits.</summary>
    public static void Commit() => throw new NotSupportedException();
}
