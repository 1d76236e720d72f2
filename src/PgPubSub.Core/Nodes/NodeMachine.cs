using PgPubSub.Core.Faults;

namespace PgPubSub.Core.Nodes;

/// <summary>What a node's actor is to do.</summary>
internal abstract record NodeEffect
{
    private NodeEffect() { }

    /// <summary>Register under a new id; answered with Registered or RegisterFailed.</summary>
    public sealed record Register : NodeEffect;

    /// <summary>Beat; answered with Beaten or BeatFailed.</summary>
    public sealed record Beat(Guid Node) : NodeEffect;

    /// <summary>From now on claims are made under this id; null: under none, and what was held is lost.</summary>
    public sealed record Become(Guid? Node) : NodeEffect;

    /// <summary>Hand out nothing, or go on.</summary>
    public sealed record Suspend(bool Suspended) : NodeEffect;

    /// <summary>Give back what nobody here knows.</summary>
    public sealed record ReturnOrphans(Guid Node, IReadOnlyList<Guid> Tokens) : NodeEffect;
}

/// <summary>This node's own life: it registers, beats, stands down while it can't, and comes back under a new id when it was declared dead.</summary>
/// <param name="beatEvery">The time between two beats.</param>
/// <param name="timeToLive">Without a confirmed beat for this long nothing is handed out.</param>
internal sealed class NodeMachine(TimeSpan beatEvery, TimeSpan timeToLive)
{
    private readonly Backoff _backoff = Backoff.OfStore();
    private HashSet<Guid> _strangers = [];
    private Guid? _id;
    private bool _calling, _beatAgain, _suspended;
    private TimeSpan _beatSentAt, _confirmedAt, _beatAt;

    public List<NodeEffect> Effects { get; } = [];

    public Guid? Id => _id;

    /// <summary>When the last confirmed beat was sent.</summary>
    public TimeSpan ConfirmedAt => _confirmedAt;

    /// <summary>When <see cref="Tick"/> wants to be called.</summary>
    public TimeSpan? NextTick
    {
        get
        {
            TimeSpan? call = _calling ? null : _backoff.Until ?? (_id is null ? TimeSpan.Zero : _beatAt);
            TimeSpan? doubt = _id is null || _suspended ? null : _confirmedAt + timeToLive;
            return call is null || doubt < call ? doubt ?? call : call;
        }
    }

    public void Tick(TimeSpan now)
    {
        if (_id is not null && !_suspended && now - _confirmedAt >= timeToLive)
            Suspend(true);
        if (_calling || _backoff.Waits(now))
            return;
        if (_id is not { } id)
            Call(new NodeEffect.Register(), now);
        else if (now >= _beatAt)
            Call(new NodeEffect.Beat(id), now);
    }

    /// <summary>The presence lock was lost or taken: others must see a beat at once.</summary>
    public void BeatAtOnce(TimeSpan now)
    {
        (_beatAt, _beatAgain) = (now, _calling); // what is under way may tell of the lock as it was
        Tick(now);
    }

    public void Registered(Guid id, TimeSpan now)
    {
        Confirm(now);
        (_id, _strangers) = (id, []);
        Effects.Add(new NodeEffect.Become(id));
        Tick(now);
    }

    public void RegisterFailed(TimeSpan now) => Failed(now);

    /// <summary>The beat is committed; or the row is gone (tokens is null): then others hold what was held here.</summary>
    public void Beaten(IReadOnlyList<Guid>? tokens, IReadOnlySet<Guid> known, TimeSpan now)
    {
        if (tokens is null)
        {
            Disown(now);
            return;
        }

        Confirm(now);
        // What is unknown for two beats is nobody's: a claim may be under way during one.
        var strangers = tokens.Where(token => !known.Contains(token)).ToHashSet();
        var orphans = strangers.Where(_strangers.Contains).ToArray();
        _strangers = strangers;
        if (orphans.Length > 0)
            Effects.Add(new NodeEffect.ReturnOrphans(_id!.Value, orphans));
        Tick(now);
    }

    public void BeatFailed(TimeSpan now) => Failed(now);

    // Whoever stood down goes on after this and not before: what was held is others'.
    private void Disown(TimeSpan now)
    {
        (_calling, _beatAgain, _id) = (false, false, null);
        _backoff.Clear();
        Effects.Add(new NodeEffect.Become(null));
        Tick(now);
    }

    private void Call(NodeEffect effect, TimeSpan now)
    {
        (_calling, _beatSentAt) = (true, now);
        Effects.Add(effect);
    }

    // A beat counts from when it was sent: that is the latest moment it may have been written.
    private void Confirm(TimeSpan now)
    {
        _backoff.Clear();
        (_confirmedAt, _beatAt) = (_beatSentAt, _beatAgain ? now : _beatSentAt + beatEvery);
        (_calling, _beatAgain) = (false, false);
        if (now - _confirmedAt < timeToLive)
            Suspend(false);
    }

    private void Failed(TimeSpan now)
    {
        (_calling, _beatAgain) = (false, false);
        _beatAt = now;
        _backoff.Fail(now);
        Tick(now);
    }

    private void Suspend(bool suspended)
    {
        if (_suspended == suspended)
            return;
        _suspended = suspended;
        Effects.Add(new NodeEffect.Suspend(suspended));
    }
}
