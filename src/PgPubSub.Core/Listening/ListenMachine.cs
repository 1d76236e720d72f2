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

    /// <summary>A pooler keeps this node from listening: it polls, and that is all right; said once.</summary>
    public sealed record Forgo : ListenEffect;
}

/// <summary>The life of the one listening connection.</summary>
/// <param name="insists">Whether a pooler that stands in between is an outage as any other; else the node goes without wake-ups there.</param>
internal sealed class ListenMachine(bool insists = false)
{
    private readonly Backoff _backoff = Backoff.OfStore();
    private Guid? _node;
    private Stage _stage;
    private bool _outage, _forgone;

    private enum Stage
    {
        Closed,
        Opening,
        Open,
        Forgone,
    }

    public List<ListenEffect> Effects { get; } = [];

    public TimeSpan? NextTick => _stage is Stage.Closed && _node is not null ? _backoff.Until : null;

    /// <summary>The node got an id, or lost it; each id has a lock of its own, so the line is opened anew.</summary>
    public void Own(Guid? node, TimeSpan now)
    {
        _node = node;
        if (_stage is Stage.Open)
            Shut();
        if (_stage is Stage.Forgone)
            _stage = Stage.Closed; // an id is new after an outage, and what stands in between may be new too
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
        _forgone = false;
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

    /// <summary>No line is to be had for a node: a pooler stands between it and its server.</summary>
    public void Denied(Guid node, TimeSpan now)
    {
        if (node != _node)
        {
            _stage = Stage.Closed;
            Tick(now);
            return;
        }

        if (insists)
        {
            Failed(now);
            return;
        }

        _stage = Stage.Forgone;
        _outage = false;
        _backoff.Clear();
        if (_forgone)
            return;
        _forgone = true;
        Effects.Add(new ListenEffect.Forgo());
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
