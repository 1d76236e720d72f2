using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Listening;

/// <summary>What the listener's actor is to do.</summary>
internal abstract record ListenEffect
{
    private ListenEffect() { }

    /// <summary>Open a line for this node; answered with Opened or Failed.</summary>
    public sealed record Open(Guid Node) : ListenEffect;

    /// <summary>Wait on the open line; answered with Heard or Failed.</summary>
    public sealed record Wait : ListenEffect;

    /// <summary>Close the line.</summary>
    public sealed record Close : ListenEffect;

    /// <summary>Something may have been missed: everybody looks.</summary>
    public sealed record CatchUp : ListenEffect;

    /// <summary>The presence lock is held from now on, or isn't.</summary>
    public sealed record Presence(bool Held) : ListenEffect;

    /// <summary>An outage begins or ends; said once.</summary>
    public sealed record Outage(bool Begins) : ListenEffect;
}

/// <summary>The life of the one listening connection.</summary>
internal sealed class ListenMachine
{
    private readonly Backoff _backoff = Backoff.OfStore();
    private Guid? _node;
    private Stage _stage;
    private bool _outage;

    private enum Stage
    {
        Closed,
        Opening,
        Open,
    }

    public List<ListenEffect> Effects { get; } = [];

    public TimeSpan? NextTick => _stage is Stage.Closed && _node is not null ? _backoff.Until : null;

    /// <summary>The node got an id, or lost it; each id has a lock of its own, so the line is opened anew.</summary>
    public void Own(Guid? node, TimeSpan now)
    {
        _node = node;
        if (_stage is Stage.Open)
            Shut();
        Tick(now);
    }

    public void Tick(TimeSpan now)
    {
        if (_stage is not Stage.Closed || _node is not { } node || _backoff.Waits(now))
            return;
        _stage = Stage.Opening;
        Effects.Add(new ListenEffect.Open(node));
    }

    /// <summary>The line for a node is open. What happened before it was open may have gone unheard.</summary>
    public void Opened(Guid node, bool keepsLock, TimeSpan now)
    {
        _stage = Stage.Open;
        if (node != _node)
        {
            Shut();
            Tick(now);
            return;
        }

        _backoff.Clear();
        SayOutage(false);
        Effects.Add(new ListenEffect.Presence(keepsLock));
        Effects.Add(new ListenEffect.CatchUp());
        Effects.Add(new ListenEffect.Wait());
    }

    public void Heard()
    {
        if (_stage is Stage.Open)
            Effects.Add(new ListenEffect.Wait());
    }

    /// <summary>The line is lost, or could not be opened.</summary>
    public void Failed(TimeSpan now)
    {
        if (_stage is Stage.Open)
            Shut();
        _stage = Stage.Closed;
        SayOutage(true);
        _backoff.Fail(now);
    }

    private void Shut()
    {
        _stage = Stage.Closed;
        Effects.Add(new ListenEffect.Close());
        Effects.Add(new ListenEffect.Presence(false));
    }

    private void SayOutage(bool begins)
    {
        if (_outage == begins)
            return;
        _outage = begins;
        Effects.Add(new ListenEffect.Outage(begins));
    }
}
