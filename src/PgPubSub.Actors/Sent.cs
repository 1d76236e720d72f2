namespace PgPubSub.Actors;

/// <summary>A collection in a message stays its sender's, who may change it while it is read: then it can't be read, and nobody crashes of that.</summary>
internal static class Sent
{
    /// <summary>What is made of it, or null where it can't be read.</summary>
    public static T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return null;
        }
    }
}
