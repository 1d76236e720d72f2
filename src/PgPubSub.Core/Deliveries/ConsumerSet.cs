namespace PgPubSub.Core.Deliveries;

/// <summary>The consumers of a subscription and the room in their windows; messages go round. Those that leave by and by get no more, and stay until what they have is answered.</summary>
internal sealed class ConsumerSet
{
    private readonly List<(int Consumer, int Window, int Out)> _all = [];
    private readonly List<(int Consumer, int Out, long? Last)> _leaving = []; // and the write that has the last of their answers
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
        if (_leaving.RemoveAll(x => x.Consumer == consumer) == 0)
            Remove(consumer);
    }

    /// <summary>It leaves once what it has is answered.</summary>
    public void Retire(int consumer) => _leaving.Add((consumer, Remove(consumer), null));

    public bool Knows(int consumer) => IsLeaving(consumer) || _all.Exists(x => x.Consumer == consumer);

    public bool IsLeaving(int consumer) => _leaving.Exists(x => x.Consumer == consumer);

    /// <summary>One of those that leave has nothing any more and its answers are written; it is no longer known.</summary>
    /// <param name="gathered">The write that everything that was answered by now comes with.</param>
    /// <param name="written">The last write that is over.</param>
    /// <param name="consumer">Who.</param>
    public bool TryForget(long gathered, long written, out int consumer)
    {
        consumer = 0;
        for (var i = 0; i < _leaving.Count; i++)
        {
            var (leaving, left, last) = _leaving[i];
            if (left > 0)
                continue;
            _leaving[i] = (leaving, left, last ?? gathered);
            if (_leaving[i].Last > written)
                continue;
            _leaving.RemoveAt(i);
            consumer = leaving;
            return true;
        }

        return false;
    }

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
        {
            at = _leaving.FindIndex(x => x.Consumer == consumer);
            if (at >= 0)
                _leaving[at] = _leaving[at] with { Out = _leaving[at].Out - 1 };
            return;
        }

        _all[at] = _all[at] with { Out = _all[at].Out - 1 };
        Free++;
    }

    private int Remove(int consumer)
    {
        var at = _all.FindIndex(x => x.Consumer == consumer);
        var (_, window, taken) = _all[at];
        Window -= window;
        Free -= window - taken;
        _all.RemoveAt(at);
        return taken;
    }
}
