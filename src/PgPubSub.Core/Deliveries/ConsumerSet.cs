namespace PgPubSub.Core.Deliveries;

/// <summary>The consumers of a subscription and the room in their windows; messages go round.</summary>
internal sealed class ConsumerSet
{
    private readonly List<(int Consumer, int Window, int Out)> _all = [];
    private int _next;

    public int Count => _all.Count;

    /// <summary>All windows together.</summary>
    public int Window { get; private set; }

    /// <summary>The room that is left in them.</summary>
    public int Free { get; private set; }

    public void Join(int consumer, int window)
    {
        _all.Add((consumer, window, 0));
        Window += window;
        Free += window;
    }

    public void Leave(int consumer)
    {
        var at = _all.FindIndex(x => x.Consumer == consumer);
        Window -= _all[at].Window;
        Free -= _all[at].Window - _all[at].Out;
        _all.RemoveAt(at);
    }

    public bool Knows(int consumer) => _all.Exists(x => x.Consumer == consumer);

    public bool TryTake(out int consumer)
    {
        for (var i = 0; i < _all.Count; i++)
        {
            _next = (_next + 1) % _all.Count;
            var (who, window, taken) = _all[_next];
            if (taken >= window)
                continue;
            _all[_next] = (who, window, taken + 1);
            Free--;
            consumer = who;
            return true;
        }

        consumer = 0;
        return false;
    }

    public void GiveBack(int consumer)
    {
        var at = _all.FindIndex(x => x.Consumer == consumer);
        if (at < 0)
            return;
        _all[at] = _all[at] with { Out = _all[at].Out - 1 };
        Free++;
    }
}
