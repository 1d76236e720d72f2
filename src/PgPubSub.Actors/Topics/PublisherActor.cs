using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Payloads;
using PgPubSub.Actors.Telemetry;
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
    private readonly TopicTelemetry _telemetry;
    private readonly MachineClock _clock;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly List<IActorRef> _flushing = [];
    private TickTimer _timer = null!;

    public PublisherActor(string topic, ILogStore log, PgPubSubSettings settings, TimeProvider time)
    {
        (_topic, _log, _retention, _clock) = (topic, log, settings.Retention, new MachineClock(time));
        _telemetry = settings.Telemetry.Topic(topic);
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
        var asker = new Asker(Sender, Count: 1, All: false, _telemetry.Start(publish.Origin, [publish]));
        var (written, problem) = _payloads.Write(publish, TopicTelemetry.ContextOf(asker.Span, publish.Origin, publish));
        if (written is null)
            Tell(asker, new PublishRejected(_topic, problem!, CanRetry: false));
        else
            _machine.Offer(new PublishUnit([written], asker), _clock.Now);
        Perform();
    }

    private void Accept(PublishAll all)
    {
        if (Check(all.Events) is not { } asked)
            return;
        var asker = new Asker(Sender, asked.Length, All: true, _telemetry.Start(all.Origin, asked));
        var (events, wrong) = (new NewEvent[asked.Length], default(string));
        for (var i = 0; i < events.Length && wrong is null; i++)
        {
            var (written, problem) = _payloads.Write(asked[i], TopicTelemetry.ContextOf(asker.Span, all.Origin, asked[i]));
            (events[i], wrong) = (written!, problem is null ? null : $"Event {i}: {problem}");
        }

        if (wrong is not null)
            Tell(asker, new PublishRejected(_topic, wrong, CanRetry: false));
        else
            _machine.Offer(new PublishUnit(events, asker), _clock.Now);
        Perform();
    }

    private void Accept(PublishEach each)
    {
        if (Check(each.Events) is not { } asked)
            return;
        var span = _telemetry.Start(each.Origin, asked);
        var tally = new PublishTally(_topic, asked.Length, Sender, Self, span);
        var units = new List<PublishUnit>(asked.Length);
        for (var i = 0; i < asked.Length; i++)
        {
            var (written, problem) = _payloads.Write(asked[i], TopicTelemetry.ContextOf(span, each.Origin, asked[i]));
            if (written is null)
                Tell(new PublishTally.Place(tally, i), new PublishRejected(_topic, problem!, CanRetry: false));
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
                    Append(e);
                    break;
                case PublishEffect.Published e:
                    Tell(e.Unit.Asker, ReplyOf(e));
                    break;
                case PublishEffect.Rejected e:
                    Tell(e.Unit.Asker, new PublishRejected(_topic, e.Reason, e.CanRetry));
                    break;
                case PublishEffect.Committed e:
                    Context.Parent.Tell(new Committed(e.Tail));
                    break;
            }
        }

        _machine.Effects.Clear();
        _telemetry.Tell();
        _timer.Set(_machine.NextTick);
        if (_flushing.Count == 0 || !_machine.IsIdle)
            return;
        _flushing.ForEach(asker => asker.Tell(new PublisherFlushed(_machine.Known)));
        _flushing.Clear();
    }

    private void Append(PublishEffect.Append append)
    {
        var began = CallTelemetry.Begin();
        _log.AppendAsync(append.Topic, append.KnownTail, append.Events).Pipe(
            Self,
            outcome =>
            {
                _telemetry.Appends.End(began, append.Events.Count);
                return new Appended(outcome);
            },
            (kind, why) =>
            {
                _telemetry.Appends.Failed(began, kind);
                return new AppendFailed(kind, why);
            });
    }

    private void Tell(object asker, IPublishReply reply)
    {
        if (asker is PublishTally.Place place)
        {
            _telemetry.Answered(reply, 1);
            place.Tally.Take(place.Number, reply);
        }
        else if (asker is Asker one)
        {
            _telemetry.Answered(reply, one.Count, one.Span);
            one.Ref.Tell(reply, Self);
        }
    }

    private IPublishReply ReplyOf(PublishEffect.Published e) => e.Unit.Asker is Asker { All: true }
        ? new PublishedAll(_topic, e.First, [.. e.Unit.Events.Select(one => one.Id)])
        : new Published(_topic, e.First, e.Unit.Events[0].Id);

    private sealed record Asker(IActorRef Ref, int Count, bool All, Activity? Span);

    private sealed record Opened(TopicState Topic);

    private sealed record OpenFailed(FaultKind Kind, string Why);

    private sealed record Appended(AppendOutcome Outcome);

    private sealed record AppendFailed(FaultKind Kind, string Why);
}
