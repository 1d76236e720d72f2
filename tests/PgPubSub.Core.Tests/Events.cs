using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests;

/// <summary>Makes events.</summary>
internal static class Events
{
    public static StoredEvent At(long offset, int bytes = 2) =>
        new(offset, IdOf(offset), "thing", null, new byte[bytes], null, null, DateTimeOffset.UnixEpoch);

    /// <summary>Those from lo up to but not including hi.</summary>
    public static IReadOnlyList<StoredEvent> Of(long lo, long hi)
    {
        var events = new StoredEvent[hi - lo];
        for (var i = 0; i < events.Length; i++)
            events[i] = At(lo + i);
        return events;
    }

    public static NewEvent New(int bytes = 2) => new(Guid.CreateVersion7(), "thing", null, new byte[bytes], null, null);

    public static Guid IdOf(long number) => new((int)(number >> 32), 0, 0, BitConverter.GetBytes(number));
}
