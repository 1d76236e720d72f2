using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Payloads;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Publishing;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>Publishes to one topic: performs what its machine decides.</summary>
internal sealed class PublisherActor : ReceiveActor, IWithTimers
{
    private const int MostInOne = 10_000;

    private readonly string _topic;
    private readonly ILogStore _log;
    private readonly Retention _retention;
    private readonly PayloadWriter _payloads;
    private readonly PublishMachine _machine;
    private readonly MachineClock _clock;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly List<IActorRef> _flushing = [];
    private TickTimer _timer = null!;

    public PublisherActor(string topic, ILogStore log, PgPubSubSettings settings, TimeProvider time)
    {
        (_topic, _log, _retention, _clock) = (topic, log, settings.Retention, new MachineClock(time));
        _payloads = new PayloadWriter(settings.EventTypes, settings.Serializer, settings.MaxPayloadBytes);
        _machine = new PublishMachine(settings.Publishing);
        Receive<Publish>(Accept);
        Receive<PublishAll>(Accept);
        Receive<PublishEach>(Accept);
        Receive<Wakeup>(m => _machine.Wake(m.Tail));
        Receive<TickTimer.Tick>(_ =>
        {
            _timer.Rang();
            _machine.Tick(_clock.Now);
            Perform();
        });
        Receive<Opened>(m => Step(() => _machine.Opened(m.Topic, _clock.Now)));
        Receive<OpenFailed>(m =>
        {
            _logger.Debug("Topic {0} can't be opened: {1}", _topic, m.Why);
            Step(() => _machine.OpenFailed(m.Kind, m.Why, _clock.Now));
        });
        Receive<Appended>(m => Step(() => _machine.Appended(m.Outcome, _clock.Now)));
        Receive<AppendFailed>(m =>
        {
            _logger.Debug("An append to {0} failed: {1}", _topic, m.Why);
            Step(() => _machine.AppendFailed(m.Kind, m.Why, _clock.Now));
        });
        Receive<FlushPublisher>(_ =>
        {
            _flushing.Add(Sender);
            Perform();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string topic, ILogStore log, PgPubSubSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new PublisherActor(topic, log, settings, time));

    protected override void PreStart() => _timer = new TickTimer(Timers, _clock);

    protected override void PostStop()
    {
        _machine.Abandon();
        Perform();
    }

    private void Accept(Publish publish)
    {
        var (written, problem) = _payloads.Write(publish);
        if (written is null)
            Sender.Tell(new PublishRejected(_topic, problem!, CanRetry: false));
        else
            Offer(new PublishUnit([written], new Asker(Sender, All: false)));
    }

    private void Accept(PublishAll all)
    {
        if (Check(all.Events) is not { } asked)
            return;
        var events = new NewEvent[asked.Length];
        for (var i = 0; i < events.Length; i++)
        {
            var (written, problem) = _payloads.Write(asked[i]);
            if (written is null)
            {
                Sender.Tell(new PublishRejected(_topic, $"Event {i}: {problem}", CanRetry: false));
                return;
            }

            events[i] = written;
        }

        Offer(new PublishUnit(events, new Asker(Sender, All: true)));
    }

    private void Accept(PublishEach each)
    {
        if (Check(each.Events) is not { } asked)
            return;
        var tally = new PublishTally(_topic, asked.Length, Sender, Self);
        var units = new List<PublishUnit>(asked.Length);
        for (var i = 0; i < asked.Length; i++)
        {
            var (written, problem) = _payloads.Write(asked[i]);
            if (written is null)
                tally.Take(i, new PublishRejected(_topic, problem!, CanRetry: false));
            else
                units.Add(new PublishUnit([written], new PublishTally.Place(tally, i)));
        }

        Step(() => _machine.Offer(units, _clock.Now));
    }

    // The sender's list may change under us: what is checked is a copy, which is null where it is not taken.
    private Publish[]? Check(IReadOnlyList<Publish>? events)
    {
        var asked = Sent.Read<Publish[]>(() => events is { Count: <= MostInOne } ? [.. events] : []);
        var wrong = asked is null ? "Events can't be read: they changed meanwhile."
            : asked.Length is 0 or > MostInOne ? $"Events must be between 1 and {MostInOne}."
            : asked.Any(e => e is null || e.Topic != _topic) ? "An event is null or names another topic."
            : null;
        if (wrong is null)
            return asked;
        Sender.Tell(new PublishRejected(_topic, wrong, CanRetry: false));
        return null;
    }

    private void Offer(PublishUnit unit)
    {
        _machine.Offer(unit, _clock.Now);
        Perform();
    }

    private void Step(Action step)
    {
        step();
        Perform();
    }

    private void Perform()
    {
        var self = Self;
        foreach (var effect in _machine.Effects)
        {
            switch (effect)
            {
                case PublishEffect.Open:
                    _log.EnsureTopicAsync(_topic, _retention, CancellationToken.None).Pipe(self, topic => new Opened(topic), (kind, why) => new OpenFailed(kind, why));
                    break;
                case PublishEffect.Append e:
                    _log.AppendAsync(e.Topic, e.KnownTail, e.Events).Pipe(self, outcome => new Appended(outcome), (kind, why) => new AppendFailed(kind, why));
                    break;
                case PublishEffect.Published e:
                    Tell(e.Unit, ReplyOf(e));
                    break;
                case PublishEffect.Rejected e:
                    Tell(e.Unit, new PublishRejected(_topic, e.Reason, e.CanRetry));
                    break;
                case PublishEffect.Committed e:
                    Context.Parent.Tell(new Committed(e.Tail));
                    break;
            }
        }

        _machine.Effects.Clear();
        _timer.Set(_machine.NextTick);
        if (_flushing.Count == 0 || !_machine.IsIdle)
            return;
        _flushing.ForEach(asker => asker.Tell(new PublisherFlushed(_machine.Known)));
        _flushing.Clear();
    }

    private void Tell(PublishUnit unit, IPublishReply reply)
    {
        if (unit.Asker is PublishTally.Place place)
            place.Tally.Take(place.Number, reply);
        else
            ((Asker)unit.Asker).Ref.Tell(reply, Self);
    }

    private IPublishReply ReplyOf(PublishEffect.Published e) => e.Unit.Asker is Asker { All: true }
        ? new PublishedAll(_topic, e.First, [.. e.Unit.Events.Select(one => one.Id)])
        : new Published(_topic, e.First, e.Unit.Events[0].Id);

    private sealed record Asker(IActorRef Ref, bool All);

    private sealed record Opened(TopicState Topic);

    private sealed record OpenFailed(FaultKind Kind, string Why);

    private sealed record Appended(AppendOutcome Outcome);

    private sealed record AppendFailed(FaultKind Kind, string Why);
}
