using PgPubSub.Core.Deliveries;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Deliveries.Histories;

/// <summary>
/// One private subscriber with a log, a consumer, and a reader that hands each new event over once. Nothing wakes the subscriber but the
/// reader's pages: one that forgets a page it could not take stays behind.
/// </summary>
internal sealed class PrivateHistory
{
    private readonly Random _random;
    private readonly GroupRules _rules;
    private readonly PrivateMachine _machine;
    private readonly int _window, _faults, _nacks;
    private readonly Clock _clock = new();
    private readonly ReadLog _log;
    private readonly List<Item> _held = [];
    private readonly List<DeliveryId> _stale = [];
    private readonly SortedDictionary<long, (int Attempt, TimeSpan DueAt)> _failed = [];
    private readonly HashSet<long> _acked = [], _dying = [], _buried = [];
    private readonly long _start;
    private Func<bool, Action>? _read;
    private DeliveryEffect.Bury? _burial;
    private long _handed;
    private readonly bool _idle;
    private bool _opened;

    public PrivateHistory(int seed)
    {
        _random = new Random(seed);
        (_window, _faults, _nacks) = (_random.Next(1, 80), _random.Next(0, 30), _random.Next(0, 20));
        _rules = new GroupRules(Times.Ms(_random.Next(200, 3_000)), new RetryRules(_random.Next(1, 4), Times.Ms(_random.Next(0, 500)), 2, Times.Sec(2)));
        _machine = new PrivateMachine(_rules, _window);
        _log = new ReadLog(_random, tail: _random.Next(0, 3_000));
        _start = _random.Next(3) == 0 ? _log.Tail : _random.NextInt64(0, _log.Tail + 1);
        (_handed, _idle) = (_start, _random.Next(4) == 0);
    }

    public int HandOuts { get; private set; }

    public int Buried => _buried.Count;

    public void Disturb(int steps)
    {
        while (steps-- > 0)
            Step();
    }

    public void Drain()
    {
        Open();
        for (var waits = 0; _acked.Count + _buried.Count < _log.Tail - _start; waits++)
        {
            Assert.True(waits < 5_000, "it does not drain");
            while (_log.Live.Count > 0 || _read is not null || _burial is not null || _held.Count > 0)
            {
                Hand();
                Read(fails: false);
                Bury(fails: false);
                while (_held.Count > 0)
                    Ack(0);
            }

            if (_acked.Count + _buried.Count < _log.Tail - _start)
                Pass((_machine.NextTick ?? throw new InvalidOperationException("nothing is under way, and yet something is missing")) - _clock.Now);
        }

        Assert.Equal(0, _machine.InFlight);
        Assert.Equal(_log.Tail, _handed);
        Assert.Empty(_dying);
    }

    private void Step()
    {
        switch (_random.Next(20))
        {
            case 0 when _random.Next(5) == 0:
                Open();
                break;
            case < 3 when !_idle && _random.Next(4) == 0:
                _log.Publish();
                break;
            case < 5:
                Hand();
                break;
            case < 7:
                Read(fails: _random.Next(100) < _faults);
                break;
            case 7:
                Bury(fails: _random.Next(100) < _faults);
                break;
            case 8:
                Pass(_random.Next(10) == 0 ? Times.Ms(_random.Next(2_000)) : Times.Ms(_random.Next(20)));
                break;
            case 9:
                AnswerLate();
                break;
            default:
                for (var i = _random.Next(40); i > 0 && _held.Count > 0; i--)
                    Answer(_random.Next(_held.Count));
                break;
        }
    }

    private void Open()
    {
        if (_opened)
            return;
        _opened = true;
        Do(() => _machine.Open(_start, tail: _start, _clock.Now));
    }

    private void Hand()
    {
        if (_log.Live.TryDequeue(out var page))
            Do(() => _machine.Live(page, _clock.Now));
    }

    // The server reads at some moment between the request and the answer.
    private void Read(bool fails)
    {
        if (_read is not { } read)
            return;
        _read = null;
        Do(read(fails));
    }

    private void Bury(bool fails)
    {
        if (_burial is not { } burial)
            return;
        _burial = null;
        Assert.True(fails || (_dying.Remove(burial.Failure.Offset) && _buried.Add(burial.Failure.Offset)));
        Do(() => (fails ? _machine.BuryFailed : (Action<TimeSpan>)_machine.Buried)(_clock.Now));
    }

    private void Answer(int at)
    {
        if (_random.Next(100) >= _nacks)
        {
            Ack(at);
            return;
        }

        var item = Over(at);
        if (_random.Next(8) == 0)
        {
            Assert.True(_dying.Add(item.Event.Offset));
            Do(() => Assert.True(_machine.Bury(item.Id, "never", null, _clock.Now)));
            return;
        }

        TimeSpan? delay = _random.Next(2) == 0 ? null : Times.Ms(_random.Next(500));
        Failed(item, _clock.Now + (delay ?? _rules.Retry.Delay(item.Attempt, item.Event.Offset)));
        Do(() => Assert.True(_machine.Nack(item.Id, "no", delay, null, _clock.Now)));
    }

    private void Ack(int at)
    {
        var item = Over(at);
        Assert.True(_acked.Add(item.Event.Offset));
        Do(() => Assert.True(_machine.Ack(item.Id, null, _clock.Now)));
    }

    private void AnswerLate()
    {
        if (_stale.Count == 0)
            return;
        var (id, open, next) = (_stale[_random.Next(_stale.Count)], _machine.InFlight, _machine.NextTick);
        Assert.False(_random.Next(2) == 0 ? _machine.Ack(id, null, _clock.Now) : _machine.Nack(id, "late", null, null, _clock.Now));
        Assert.Empty(_machine.Effects);
        Assert.Equal((open, next), (_machine.InFlight, _machine.NextTick));
    }

    private void Pass(TimeSpan time)
    {
        _clock.Now += time;
        if (_machine.NextTick <= _clock.Now)
            Do(() => _machine.Tick(_clock.Now));
        Assert.True(_machine.NextTick is not { } next || next > _clock.Now, "a tick leaves the next one in the past");
        Assert.DoesNotContain(_held, item => item.Deadline <= _clock.Now);
    }

    private void Do(Action step)
    {
        step();
        foreach (var effect in _machine.Effects)
            Perform(effect);
        _machine.Effects.Clear();
        Assert.InRange(_held.Count, 0, _window);
        Assert.InRange(_machine.InFlight, 0, (4 * ReadDesk.Page) + _window + 1_000);
    }

    private void Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.HandOut e:
                HandOut(e.Item);
                break;
            case DeliveryEffect.Revoke e:
                Assert.True(e.Item.Deadline <= _clock.Now);
                Failed(Over(_held.IndexOf(e.Item)), _clock.Now + _rules.Retry.Delay(e.Item.Attempt, e.Item.Event.Offset));
                break;
            case DeliveryEffect.Read e:
                Assert.Null(_read);
                var early = _log.Read(e.From, e.Most);
                _read = fails => Answer(e, fails, _random.Next(2) == 0 ? early : _log.Read(e.From, e.Most));
                break;
            case DeliveryEffect.Bury e:
                Assert.Null(_burial);
                Assert.Contains(e.Failure.Offset, _dying);
                _burial = e;
                break;
            default:
                Assert.Fail($"{effect} was not expected");
                break;
        }
    }

    private Action Answer(DeliveryEffect.Read read, bool fails, IReadOnlyList<StoredEvent> page) =>
        fails ? () => _machine.ReadFailed(_clock.Now) : () => _machine.PageRead(read.From, page, _clock.Now);

    private void HandOut(Item item)
    {
        var offset = item.Event.Offset;
        HandOuts++;
        Assert.Equal(_clock.Now + _rules.AckDeadline, item.Deadline);
        if (item.Attempt == 1)
            Assert.Equal(_handed++, offset);
        else
            Assert.True(_failed.Remove(offset, out var failed) && failed.Attempt == item.Attempt - 1 && failed.DueAt <= _clock.Now, $"{offset} came again without a reason");
        _held.Add(item);
    }

    private Item Over(int at)
    {
        var item = _held[at];
        _held.RemoveAt(at);
        _stale.Add(item.Id);
        return item;
    }

    private void Failed(Item item, TimeSpan dueAt)
    {
        if (_rules.Retry.Exhausted(item.Attempt))
            Assert.True(_dying.Add(item.Event.Offset));
        else
            _failed.Add(item.Event.Offset, (item.Attempt, dueAt));
    }
}
