using System.Globalization;

namespace PgPubSub.InMemory.Nodes;

/// <summary>A node.</summary>
internal sealed class NodeRow(Guid id, string name, DateTimeOffset now)
{
    private DateTimeOffset _seen = now;

    public Guid Id => id;

    public string Name => name;

    public bool KeepsLock { get; private set; }

    public string SeenAt => _seen.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A beat is always later than the one before, also where the clock stands still.</summary>
    public void Beat(DateTimeOffset now, bool keepsLock) => (_seen, KeepsLock) = (now > _seen ? now : _seen.AddTicks(1), keepsLock);
}
