using Akka.Actor;
using PgPubSub.Actors.Topics;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Events that the node has just read, for all its private subscribers of a topic.</summary>
internal sealed record LivePage(IReadOnlyList<StoredEvent> Events) : INoSerializationVerificationNeeded;

/// <summary>Who gets the pages of a topic.</summary>
internal sealed record Readers(IReadOnlyList<IActorRef> All) : INoSerializationVerificationNeeded;

/// <summary>How far a poll saw the topic come.</summary>
internal sealed record PolledTail(long Tail) : INoSerializationVerificationNeeded;

/// <summary>Reads each new event of a topic once for all private subscribers of the node. One that can't keep up reads for itself.</summary>
internal sealed class TopicReaderActor : ReceiveActor, IWithTimers
{
    private const int Page = 500;
    private const string Key = "again";

    private readonly TopicId _topic;
    private readonly ILogStore _log;
    private readonly RecentPages _recent;
    private readonly Backoff _backoff = Backoff.OfStore();
    private readonly MachineClock _clock;
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<IActorRef> _readers = [];
    private long? _next;
    private long _tail, _polled; // the last poll was answered when so much was read
    private (long Offset, Guid Id)? _last;
    private bool _reading, _checking, _doubted;

    public TopicReaderActor(TopicId topic, ILogStore log, RecentPages recent, TimeProvider time)
    {
        (_topic, _log, _recent, _clock) = (topic, log, recent, new MachineClock(time));
        Receive<Readers>(Serve);
        Receive<Wakeup>(m =>
        {
            if (_readers.Count > 0)
                _next ??= Math.Max(0, m.Tail - 1); // what is older is history: each subscriber reads it for itself
            _tail = Math.Max(_tail, m.Tail);
            Read();
        });
        Receive<LookAgain>(_ => Doubt());
        Receive<PolledTail>(m =>
        {
            if (m.Tail < _polled)
                Doubt(); // less than was read before this poll was asked: the log was rewound
            _polled = _next ?? 0;
        });
        Receive<Checked>(Judge);
        Receive<Again>(_ => Read());
        Receive<PageRead>(Hand);
        Receive<ReadFailed>(_ => Rest());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(TopicId topic, ILogStore log, RecentPages recent, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new TopicReaderActor(topic, log, recent, time));

    protected override void PostStop()
    {
        _stop.Cancel();
        _recent.Forget(_topic);
    }

    // What was read before somebody came here did not reach it: it is told how far the topic had come, and reads the rest for itself.
    private void Serve(Readers readers)
    {
        foreach (var newcomer in readers.All.Except(_readers))
            newcomer.Tell(new Wakeup(_tail));
        _readers = readers.All;
        if (_readers.Count > 0)
            return;
        _next = null; // a page on its way is nobody's
        _recent.Forget(_topic);
    }

    // One look at what was read last speaks for all that came before it, and what is read after it was asked is the log as it is now: so for nearly all subscribers. A page that is on its
    // way may still be of the log as it was: it is waited for.
    private void Doubt()
    {
        _doubted = true;
        Check();
    }

    private void Check()
    {
        if (!_doubted || _checking || _reading)
            return;
        _doubted = false;
        if (_last is not var (offset, id))
        {
            Forget();
            return;
        }

        _checking = true;
        _log.ReadAsync(_topic, offset, 1, PgPubSubSettings.PageBytes, _stop.Token)
            .Pipe(Self, events => new Checked(offset, events is [var there] && there.Offset == offset && there.Id == id), (_, _) => new Checked(offset, Holds: false));
    }

    private void Judge(Checked check)
    {
        _checking = false;
        if (check.Holds && _last is { Offset: var last })
            Confirm(check, last);
        else
            Forget();
        Check();
    }

    private void Confirm(Checked check, long last)
    {
        if (last == check.Offset && _next > check.Offset + 1)
            _next = _tail = check.Offset + 1; // it had passed over what was heard of and never was: what comes in its place is to be read
        Tell(new LookAgain(last));
    }

    // What was read may not be what the log says now: each subscriber finds out for itself, and what comes next is read afresh.
    private void Forget()
    {
        (_next, _tail, _last) = (null, 0, null);
        _recent.Forget(_topic);
        Tell(LookAgain.Instance);
    }

    private void Tell(object message)
    {
        foreach (var reader in _readers)
            reader.Tell(message);
    }

    private void Read()
    {
        if (_reading || _readers.Count == 0 || _next is not { } next || next >= _tail || _backoff.Waits(_clock.Now))
            return;
        _reading = true;
        var tail = _tail;
        _log.ReadAsync(_topic, next, Page, PgPubSubSettings.PageBytes, _stop.Token).Pipe(Self, events => new PageRead(next, tail, events), (_, _) => new ReadFailed());
    }

    private void Hand(PageRead page)
    {
        _reading = false;
        if (page.Events.Count > 0)
            _backoff.Clear();
        if (_next == page.From) // else it was asked before the log was doubted
            Take(page);
        Check();
        Read();
    }

    private void Take(PageRead page)
    {
        if (page.Events.Count == 0)
        {
            _next = page.Tail; // what was heard of before the read is not there: it was taken, or never was, and is not asked for again
            Pause(); // whoever tells of what never was is not followed at once
            return;
        }

        _last = (page.Events[^1].Offset, page.Events[^1].Id);
        _next = page.Events[^1].Offset + 1;
        _recent.Add(_topic, page.Events);
        Tell(new LivePage(page.Events));
    }

    private void Rest()
    {
        _reading = false;
        Check();
        Pause();
    }

    private void Pause()
    {
        var now = _clock.Now;
        _backoff.Fail(now);
        Timers.StartSingleTimer(Key, new Again(), _backoff.Until!.Value - now);
    }

    private sealed record Again;

    private sealed record Checked(long Offset, bool Holds);

    private sealed record PageRead(long From, long Tail, IReadOnlyList<StoredEvent> Events);

    private sealed record ReadFailed;
}
