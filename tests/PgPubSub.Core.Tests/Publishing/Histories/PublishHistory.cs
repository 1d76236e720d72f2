using PgPubSub.Core.Faults;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Topics;

namespace PgPubSub.Core.Tests.Publishing.Histories;

/// <summary>
/// A publisher, its senders and a log that loses replies, applies what was given up much later, refuses contents (of some events only from
/// now on), forgets the topic or its history.
/// </summary>
internal sealed class PublishHistory
{
    private static readonly TopicId Topic = new(1);
    private readonly Random _random;
    private readonly PublishBounds _bounds;
    private readonly PublishMachine _machine;
    private readonly TopicLog _log = new();
    private readonly List<Request> _requests = [];
    private readonly List<Action> _zombies = [];
    private readonly int[] _numbers = new int[3];
    private readonly int _faults;
    private TimeSpan _now = Times.Sec(9);
    private PublishEffect? _call;
    private PublishEffect.Append? _doubted;
    private bool _offering, _excused;

    public PublishHistory(int seed)
    {
        _random = new Random(seed);
        _faults = _random.Next(5) == 0 ? 0 : _random.Next(5, 60);
        _bounds = new PublishBounds(_random.Next(1, 12), _random.Next(20, 200), _random.Next(10, 60), _random.Next(100, 800));
        _machine = new PublishMachine(_bounds);
    }

    public int Published => _requests.Count(r => r.First is not null);

    public int Rejected => _requests.Count(r => r.CanRetry is not null);

    private IEnumerable<Request> Waiting => _requests.Where(r => !r.IsAnswered);

    public void Disturb(int steps)
    {
        for (var i = 0; i < steps; i++)
            Step();
    }

    /// <summary>Faults stop, or the publisher does; what was given up is applied. Everybody was answered, and rule R2 holds.</summary>
    public void End(bool abandon)
    {
        if (abandon)
            Do(_machine.Abandon);
        for (var steps = 0; !abandon && Waiting.Any(); steps++)
        {
            Assert.True(steps < 1_000, "it does not drain");
            if (_call is null)
                Pass(_machine.NextTick!.Value - _now);
            Serve(fate: 0);
        }

        Assert.True(abandon || _machine.IsIdle);
        Assert.Empty(Waiting);
        foreach (var zombie in _zombies)
            zombie();
        foreach (var request in _requests)
            request.Check(_log);
        foreach (var sender in _requests.Where(r => r.First is not null).GroupBy(r => r.Sender))
            Assert.Equal(sender.OrderBy(r => r.Number), sender.OrderBy(r => r.First));
    }

    private void Step()
    {
        switch (_random.Next(12))
        {
            case < 4:
                Offer();
                break;
            case < 9:
                Serve(_random.Next(100) < _faults ? _random.Next(1, 8) : 0);
                break;
            case 9:
                Pass(Times.Ms(_random.Next(120)));
                break;
            case 10 when _zombies.Count > 0:
                _zombies[0]();
                _zombies.RemoveAt(0);
                break;
            case 11 when _random.Next(4) == 0:
                _machine.Wake(_log.Tail + (_random.Next(8) == 0 ? 3 : 0)); // a hint of a time before a failover may be too high
                if (_random.Next(5) == 0)
                    _log.Trim();
                break;
        }
    }

    private void Offer()
    {
        var sender = _random.Next(_numbers.Length);
        var request = Request.Of(sender, _numbers[sender]++, _random);
        if (_random.Next(12) == 0)
            _log.Guilty.Add(request.Unit.Events[^1].Id);
        var (events, bytes) = (Waiting.Sum(r => r.Unit.Events.Count), Waiting.Sum(r => r.Unit.Bytes));
        var fits = events + request.Unit.Events.Count <= _bounds.PendingEvents && bytes + request.Unit.Bytes <= _bounds.PendingBytes;
        _requests.Add(request);
        _offering = true;
        Do(() => _machine.Offer(request.Unit, _now));
        _offering = false;
        Assert.Equal(fits, !request.IsAnswered);
    }

    private void Serve(int fate)
    {
        var call = _call;
        _call = null;
        if (call is PublishEffect.Open)
            Do(() => Open(fate));
        else if (call is PublishEffect.Append append)
            Do(() => Append(append, fate));
    }

    private void Open(int fate)
    {
        _excused = fate == 7;
        if (fate == 0)
            _machine.Opened(new TopicState(Topic, _log.Floor, _log.Tail), _now);
        else
            _machine.OpenFailed(fate == 7 ? FaultKind.Schema : FaultKind.Transient, "down", _now);
    }

    private void Append(PublishEffect.Append append, int fate)
    {
        var kind = FaultKind.Unknown;
        switch (fate)
        {
            case 0:
                Reply(append);
                return;
            case 1:
                _log.Apply(append);
                break;
            case 2 or 3:
                _zombies.Add(() => _log.Apply(append));
                break;
            case 5:
                kind = FaultKind.Transient;
                break;
            case 6:
                kind = _random.Next(2) == 0 ? FaultKind.Gone : FaultKind.Schema;
                break;
            case 7:
                _log.Apply(append);
                _log.Guilty.Add(append.Events[_random.Next(append.Events.Count)].Id);
                break;
        }

        _excused = kind is FaultKind.Gone or FaultKind.Schema;
        _doubted = kind is FaultKind.Unknown || (_doubted is not null && kind is not FaultKind.Gone) ? append : null;
        _machine.AppendFailed(kind, "down", _now);
    }

    private void Reply(PublishEffect.Append append)
    {
        try
        {
            var outcome = _log.Append(append.KnownTail, append.Events);
            _excused = outcome.First is null;
            _doubted = null;
            _machine.Appended(outcome, _now);
        }
        catch (StoreException failure)
        {
            _doubted = null;
            _machine.AppendFailed(failure.Kind, failure.Message, _now);
        }
    }

    private void Pass(TimeSpan time)
    {
        _now += time;
        if (_machine.NextTick > _now)
            return;
        Do(() => _machine.Tick(_now));
        Assert.True(_machine.NextTick is not { } next || next > _now, "a tick leaves the next one in the past");
    }

    private void Do(Action step)
    {
        step();
        foreach (var effect in _machine.Effects)
            Perform(effect);
        _machine.Effects.Clear();
        _excused = false;
    }

    private void Perform(PublishEffect effect)
    {
        switch (effect)
        {
            case PublishEffect.Published e:
                Confirm(e, (Request)e.Unit.Asker);
                break;
            case PublishEffect.Rejected e:
                Reject(e, (Request)e.Unit.Asker);
                break;
            case PublishEffect.Committed e:
                Assert.InRange(e.Tail.Tail, 1, _log.Tail);
                break;
            case PublishEffect.Append e:
                Begin(e);
                break;
            default:
                Assert.Null(_call);
                _call = effect;
                break;
        }
    }

    private void Confirm(PublishEffect.Published e, Request request)
    {
        Assert.False(request.IsAnswered, "a sender was answered twice");
        request.First = e.First;
        for (var i = 0; i < e.Unit.Events.Count; i++)
            Assert.Equal(e.Unit.Events[i].Id, _log.At(e.First + i));
    }

    private void Reject(PublishEffect.Rejected e, Request request)
    {
        Assert.False(request.IsAnswered, "a sender was answered twice");
        request.CanRetry = e.CanRetry;
        var guilty = e.Unit.Events.Any(x => _log.Guilty.Contains(x.Id));
        Assert.True(guilty || _excused || _offering || e.Reason.Contains("stopped", StringComparison.Ordinal), $"an innocent was rejected: {e.Reason}");
    }

    private void Begin(PublishEffect.Append e)
    {
        Assert.Null(_call);
        _call = e;
        var units = e.Events.Count == 1 ? 1 : Waiting.Count(r => r.Unit.Events.Any(e.Events.Contains));
        Assert.True(units == 1 || (e.Events.Count <= _bounds.BatchEvents && e.Events.Sum(x => (long)x.Size) <= _bounds.BatchBytes), "a batch is too large");
        if (_doubted is { } doubted)
            Assert.Equal((doubted.KnownTail, doubted.Events), (e.KnownTail, e.Events));
    }
}
