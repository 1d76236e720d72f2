using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>A log, and the node's one reader of it: each new event goes into one live page, in order.</summary>
internal sealed class ReadLog(Random random, long tail)
{
    private readonly int _mostInPage = random.Next(1, 1_500);
    private readonly int _mostAtOnce = random.Next(2) == 0 ? 3 : 300;
    private long _next = tail;

    public long Tail { get; private set; } = tail;

    public Queue<IReadOnlyList<StoredEvent>> Live { get; } = new();

    public void Publish()
    {
        Tail += random.Next(1, _mostAtOnce);
        while (_next < Tail)
        {
            Live.Enqueue(Events.Of(_next, Math.Min(Tail, _next + random.Next(1, 501))));
            _next = Live.Last()[^1].Offset + 1;
        }
    }

    /// <summary>A page may be cut short by its bytes.</summary>
    public IReadOnlyList<StoredEvent> Read(long from, int most) => Events.Of(from, Math.Max(from, Math.Min(Tail, from + Math.Min(most, _mostInPage))));
}
