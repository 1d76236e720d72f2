using PgPubSub.Core.Topics;

namespace PgPubSub.MicroBenchmarks.Machines;

/// <summary>A topic's events as a store reads them; what they say does not matter to a machine.</summary>
internal static class StoredEvents
{
    private static readonly byte[] Data = new byte[140];

    /// <summary>The log from 0 on, in whole pages.</summary>
    public static StoredEvent[][] InPages(int events, int ofPage) => [.. Enumerable.Range(0, events).Select(At).Chunk(ofPage)];

    private static StoredEvent At(int offset) =>
        new(offset, Guid.CreateVersion7(), "order.placed", null, Data, null, null, DateTimeOffset.UnixEpoch);
}
