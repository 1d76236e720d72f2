using Akka.Actor;
using PgPubSub.Actors;

namespace PgPubSub.Streams;

/// <summary>
/// An event of a group with its settle handle. It is committed (by <see cref="PgPubSubFlow.Commit"/>, <see cref="PgPubSubSink.Commit"/> or <see cref="Ack"/>) or
/// refused before its deadline passes, which runs from when the source emitted it. The first answer counts, and answering again does nothing. Safe for use by several threads,
/// also after its source stopped.
/// </summary>
public sealed class Committable : ICommittable
{
    private readonly Delivery _delivery;
    private readonly Action? _taken;
    private readonly Parts? _part;
    private int _answered;

    /// <param name="delivery">The event in the source's hands.</param>
    /// <param name="system">The actor system whose hub handed it out.</param>
    /// <param name="taken">Called once, when its answer is decided; from any thread.</param>
    internal Committable(Delivery delivery, ActorSystem system, Action? taken = null) => (_delivery, System, _taken) = (delivery, system, taken);

    private Committable(Committable whole, Parts part) => (_delivery, System, _part) = (whole._delivery, whole.System, part);

    /// <summary>The event, which may be kept after the handle was answered.</summary>
    public TopicEvent Event => _delivery.Event;

    /// <summary>The topic.</summary>
    public string Topic => _delivery.Topic;

    /// <summary>The group.</summary>
    public string Group => _delivery.Group!;

    /// <summary>The event's place in the topic, from 0 without a gap.</summary>
    public long Offset => _delivery.Offset;

    /// <summary>What the event belongs to, or null.</summary>
    public string? Key => _delivery.Key;

    /// <summary>The number of this hand-out, from 1.</summary>
    public int Attempt => _delivery.Attempt;

    Committable ICommittable.Handle => this;

    internal ActorSystem System { get; }

    /// <summary>The same handle beside a value that was made of the event.</summary>
    /// <typeparam name="T">What was made.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>Both.</returns>
    public Committable<T> With<T>(T value) => new(value, this);

    /// <summary>It was handled. Nobody waits for the commit; a committer does.</summary>
    public void Ack()
    {
        if (Take() is { } ack)
            _delivery.Settle(ack);
    }

    /// <inheritdoc cref="Delivery.Nack"/>
    /// <param name="reason">Why, for people; at most 1,000 characters of it are kept.</param>
    /// <param name="delay">How long it waits; by default the group's back-off; 0 or more, at most 30 days.</param>
    public void Nack(string reason, TimeSpan? delay = null)
    {
        var nack = _delivery.Nack(reason, delay);
        if (TakeWhole())
            _delivery.Settle(nack);
    }

    /// <summary>It will never succeed: it becomes a dead letter now, whatever attempts it has left.</summary>
    /// <param name="reason">Why, for people; at most 1,000 characters of it are kept.</param>
    public void DeadLetter(string reason)
    {
        var bury = _delivery.DeadLetter(reason);
        if (TakeWhole())
            _delivery.Settle(bury);
    }

    /// <summary>It takes longer.</summary>
    /// <param name="time">The new deadline, from when the answer arrives; more than 0, at most 1 day.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not more than 0 or longer than 1 day.</exception>
    public void Extend(TimeSpan time) => _delivery.Settle(_delivery.Extend(time));

    /// <summary>Never shows data, key or headers.</summary>
    /// <returns>Topic, offset and attempt.</returns>
    public override string ToString() => $"Committable of {Topic} at {Offset}, attempt {Attempt}";

    /// <summary>Whether it is the handle of this hand-out.</summary>
    internal bool IsOf(Delivery delivery) => (Topic, Offset, Attempt) == (delivery.Topic, delivery.Offset, delivery.Attempt);

    /// <summary>
    /// Decides that it is committed: the answer to give, or null where it was answered before or other parts of it are not through.
    /// </summary>
    internal Ack? Take()
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
            return null;
        if (_part is not null)
            return _part.IsLast() ? _part.Whole.Take() : null;
        _taken?.Invoke();
        return _delivery.Ack();
    }

    /// <summary>Handles for what an event was made into: it is committed after the last of them is, and refused with the first.</summary>
    internal Committable[] Split(int count)
    {
        var parts = new Parts(this, count);
        var handles = new Committable[count];
        for (var i = 0; i < count; i++)
            handles[i] = new Committable(this, parts);
        return handles;
    }

    private bool TakeWhole()
    {
        var first = Interlocked.Exchange(ref _answered, 1) == 0;
        if (_part is not null)
            return first && _part.Whole.TakeWhole();
        if (first)
            _taken?.Invoke();
        return first;
    }

    private sealed class Parts(Committable whole, int count)
    {
        private int _left = count;

        public Committable Whole => whole;

        public bool IsLast() => Interlocked.Decrement(ref _left) == 0;
    }
}
