namespace PgPubSub.Core.Publishing;

/// <summary>How much a publisher takes.</summary>
/// <param name="BatchEvents">Events in one append at most; a unit that is larger goes alone.</param>
/// <param name="BatchBytes">Bytes in one append at most, likewise.</param>
/// <param name="PendingEvents">Events that may wait; past it a publish is rejected at once.</param>
/// <param name="PendingBytes">Bytes that may wait, likewise.</param>
internal sealed record PublishBounds(int BatchEvents, long BatchBytes, int PendingEvents, long PendingBytes);
