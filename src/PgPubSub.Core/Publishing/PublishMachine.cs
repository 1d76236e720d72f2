using PgPubSub.Core.Faults;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Publishing;

/// <summary>
/// One topic's publisher. What arrives while an append is under way goes out in the next: no timer, no delay at low load, large
/// batches at high load. A batch whose outcome is unknown is sent again as it was, with the tail that was known before its first send.
/// </summary>
internal sealed class PublishMachine(PublishBounds bounds)
{
    private const string Unknown = "The outcome is unknown: ";

    private readonly Queue<PublishUnit> _pending = new();
    private readonly Queue<PublishUnit> _later = new(); // of senders who wait: they follow as room is made
    private readonly Queue<PublishUnit> _singles = new();
    private readonly Backoff _backoff = Backoff.OfStore();
    private List<PublishUnit> _batch = [];
    private IReadOnlyList<NewEvent> _events = [];
    private TopicId? _topic;
    private long _tail, _sentTail;
    private long? _singlesTail; // where the singles' batch was in doubt: the tail that was known before its first send
    private int _pendingEvents;
    private long _pendingBytes;
    private bool _calling, _doubtful;

    public List<PublishEffect> Effects { get; } = [];

    public TimeSpan? NextTick => _calling ? null : _backoff.Until;

    /// <summary>Whether nothing waits and nothing is under way.</summary>
    public bool IsIdle => _pendingEvents == 0 && !_calling;

    /// <summary>How far the topic is known to have come; null before it was opened.</summary>
    public TopicTail? Known => _topic is { } topic ? new TopicTail(topic, _tail) : null;

    public void Offer(PublishUnit unit, TimeSpan now)
    {
        Take(unit);
        Tick(now);
    }

    /// <summary>
    /// Units that come together: none of them waits for an append that the first one alone would be. Their sender waits for the last of them, so that what there is no room for
    /// follows by itself; but as many as may wait at all.
    /// </summary>
    public void Offer(IReadOnlyList<PublishUnit> units, TimeSpan now)
    {
        foreach (var unit in units)
        {
            if (FitsAlone(unit) && !HasRoom(unit) && _later.Count < bounds.PendingEvents)
                _later.Enqueue(unit);
            else
                Take(unit);
        }

        Tick(now);
    }

    /// <summary>The topic has come that far; keeps short what an append must search.</summary>
    public void Wake(long tail) => _tail = Math.Max(_tail, tail);

    public void Opened(TopicState topic, TimeSpan now)
    {
        (_calling, _topic, _tail) = (false, topic.Id, topic.Tail);
        _backoff.Clear();
        Tick(now);
    }

    public void OpenFailed(FaultKind kind, string why, TimeSpan now)
    {
        _calling = false;
        _backoff.Fail(now);
        if (kind is FaultKind.Schema)
            RejectAll(why, canRetry: true);
    }

    public void Appended(AppendOutcome outcome, TimeSpan now)
    {
        _calling = false;
        _backoff.Clear();
        if (outcome.First is { } first)
            Succeed(first);
        else if (_doubtful)
            RejectBatch(Unknown + "retention has passed what an earlier send may have written.", canRetry: false);
        else
            _topic = null; // the known tail is too old, and the only send wrote nothing: a fresh tail makes it safe to send
        Tick(now);
    }

    public void AppendFailed(FaultKind kind, string why, TimeSpan now)
    {
        _calling = false;
        switch (kind)
        {
            case FaultKind.Refused when _batch.Count > 1:
                _batch.ForEach(_singles.Enqueue); // only the guilty one is rejected
                _singlesTail = _doubtful ? _sentTail : null;
                ForgetBatch();
                break;
            case FaultKind.Refused:
                RejectBatch(_doubtful ? Unknown + why : why, canRetry: false);
                break;
            case FaultKind.Gone:
                _topic = null;
                RejectBatch(_doubtful ? Unknown + why : why, canRetry: !_doubtful);
                RejectDoubtfulSingles(why);
                break;
            case FaultKind.Schema when !_doubtful:
                RejectBatch(why, canRetry: true);
                break;
            default:
                _doubtful |= kind is FaultKind.Unknown;
                _backoff.Fail(now);
                break;
        }

        Tick(now);
    }

    public void Tick(TimeSpan now)
    {
        if (_calling || _backoff.Waits(now) || (_batch.Count == 0 && _pending.Count == 0 && _singles.Count == 0))
            return;
        _calling = true;
        if (_topic is not { } topic)
        {
            Effects.Add(new PublishEffect.Open());
            return;
        }

        if (_batch.Count == 0)
            Gather();
        if (!_doubtful)
            _sentTail = _tail;
        Effects.Add(new PublishEffect.Append(topic, _sentTail, _events));
    }

    /// <summary>The publisher stops: nothing more is sent.</summary>
    public void Abandon()
    {
        if (_doubtful || (_calling && _topic is not null))
            RejectBatch(Unknown + "the publisher stopped while it was being published.", canRetry: false);
        RejectDoubtfulSingles("the publisher stopped while it was being published.");
        RejectAll("The publisher stopped.", canRetry: true);
    }

    private void Take(PublishUnit unit)
    {
        if (HasRoom(unit))
            Enqueue(unit);
        else
            Effects.Add(new PublishEffect.Rejected(unit, $"At most {bounds.PendingEvents} events and {bounds.PendingBytes} bytes may wait to be published.", FitsAlone(unit)));
    }

    private bool HasRoom(PublishUnit unit) => _later.Count == 0 && Fits(unit);

    private bool Fits(PublishUnit unit) => _pendingEvents + unit.Events.Count <= bounds.PendingEvents && _pendingBytes + unit.Bytes <= bounds.PendingBytes;

    private bool FitsAlone(PublishUnit unit) => unit.Events.Count <= bounds.PendingEvents && unit.Bytes <= bounds.PendingBytes;

    private void Enqueue(PublishUnit unit)
    {
        _pending.Enqueue(unit);
        _pendingEvents += unit.Events.Count;
        _pendingBytes += unit.Bytes;
    }

    private void Gather()
    {
        if (_singles.TryDequeue(out var single))
        {
            _batch.Add(single);
            if (_singlesTail is { } tail)
                (_doubtful, _sentTail) = (true, tail);
        }
        else
        {
            var (events, bytes) = (0, 0L);
            while (_pending.TryPeek(out var unit)
                && (_batch.Count == 0 || (events + unit.Events.Count <= bounds.BatchEvents && bytes + unit.Bytes <= bounds.BatchBytes)))
            {
                _batch.Add(_pending.Dequeue());
                (events, bytes) = (events + unit.Events.Count, bytes + unit.Bytes);
            }
        }

        _events = _batch.Count == 1 ? _batch[0].Events : [.. _batch.SelectMany(unit => unit.Events)];
    }

    private void Succeed(long first)
    {
        foreach (var unit in _batch)
        {
            Release(unit);
            Effects.Add(new PublishEffect.Published(unit, first));
            first += unit.Events.Count;
        }

        _tail = Math.Max(_tail, first);
        ForgetBatch();
        Effects.Add(new PublishEffect.Committed(new TopicTail(_topic!.Value, first)));
    }

    private void RejectBatch(string why, bool canRetry)
    {
        foreach (var unit in _batch)
            Reject(unit, why, canRetry);
        ForgetBatch();
    }

    // Their batch may have been written whole by an earlier send.
    private void RejectDoubtfulSingles(string why)
    {
        while (_singlesTail is not null && _singles.TryDequeue(out var unit))
            Reject(unit, Unknown + why, canRetry: false);
    }

    private void RejectAll(string why, bool canRetry)
    {
        if (!_doubtful)
            RejectBatch(why, canRetry);
        while (_singles.TryDequeue(out var unit) || _pending.TryDequeue(out unit))
            Reject(unit, why, canRetry);
    }

    private void Reject(PublishUnit unit, string why, bool canRetry)
    {
        Release(unit);
        Effects.Add(new PublishEffect.Rejected(unit, why, canRetry));
    }

    private void Release(PublishUnit unit)
    {
        _pendingEvents -= unit.Events.Count;
        _pendingBytes -= unit.Bytes;
        while (_later.TryPeek(out var next) && Fits(next))
            Enqueue(_later.Dequeue());
    }

    private void ForgetBatch() => (_batch, _events, _doubtful) = ([], [], false);
}
