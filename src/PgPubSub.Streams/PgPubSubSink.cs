namespace PgPubSub.Streams;

/// <summary>Sinks that publish and commit.</summary>
public static class PgPubSubSink
{
    /// <summary>Commits.</summary>
    public static void Commit() => throw new NotSupportedException();
}
