using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Deliveries;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Knows a subscription's consumers by number, gives their answers to the machine, and tells them what it decides.</summary>
internal sealed class ConsumerDesk(DeliveryOrigin origin, DeliveryMeter meter, ILoggingAdapter logger)
{
    /// <summary>The reply to an answer that changed nothing.</summary>
    public static readonly AnswerRefused TooLate =
        new("The delivery is not the consumer's any more, was answered before, or never was.", OutcomeUnknown: false);

    private readonly Dictionary<int, IActorRef> _consumers = [];
    private Dictionary<int, List<Detach>>? _leaving; // by and by, which a private subscriber's consumer never does
    private int _next;

    /// <summary>How long whoever gets a message from now on may hold it.</summary>
    public TimeSpan AckDeadline { get; set; }

    public IReadOnlyList<IActorRef> All => [.. _consumers.Values];

    /// <summary>The number of a consumer that does not leave.</summary>
    public int? NumberOf(IActorRef consumer)
    {
        foreach (var (number, known) in _consumers)
        {
            if (known.Equals(consumer) && _leaving?.ContainsKey(number) is not true)
                return number;
        }

        return null;
    }

    /// <summary>Numbers count from 0, which is a private subscriber's only one.</summary>
    public int Add(IActorRef consumer)
    {
        _consumers.Add(_next, consumer);
        return _next++;
    }

    /// <summary>The numbers of a consumer, also where it leaves.</summary>
    public IReadOnlyList<int> NumbersOf(IActorRef consumer) => [.. _consumers.Where(c => c.Value.Equals(consumer)).Select(c => c.Key).Order()];

    /// <summary>It leaves, now or by and by: whoever asked hears so when it is removed.</summary>
    public void Retire(int number, Detach detach)
    {
        _leaving ??= [];
        if (!_leaving.TryGetValue(number, out var all))
            _leaving.Add(number, all = []);
        all.Add(detach);
    }

    /// <summary>It is gone; who, where it has no other number.</summary>
    public IActorRef? Remove(int number)
    {
        _consumers.Remove(number, out var consumer);
        if (_leaving is not null && _leaving.Remove(number, out var asked))
            asked.ForEach(Tell);
        return consumer is null || _consumers.ContainsValue(consumer) ? null : consumer;
    }

    /// <summary>The subscription stops: those that leave need wait for nothing more.</summary>
    public void Close()
    {
        foreach (var asked in _leaving?.Values ?? Enumerable.Empty<List<Detach>>())
            asked.ForEach(Tell);
        _leaving = null;
    }

    public void Broadcast(object message)
    {
        foreach (var consumer in _consumers.Values)
            consumer.Tell(message, origin.Subscription);
    }

    /// <summary>Performs an effect that concerns consumers alone; false where it is another.</summary>
    public bool Perform(DeliveryEffect effect)
    {
        switch (effect)
        {
            case DeliveryEffect.HandOut e:
                Tell(e.Consumer, DeliveryOf(e.Item, meter.HandingOut(e.Item)));
                return true;
            case DeliveryEffect.Revoke e:
                meter.Revoked(e.Item);
                Tell(e.Consumer, new DeliveryRevoked(DeliveryOf(e.Item), e.Why));
                return true;
            case DeliveryEffect.Confirm e:
                Confirm(e.To.Asker, ReplyOf(e.Outcome));
                return true;
            case DeliveryEffect.Jumped e:
                logger.Warning("{0} of {1}: history from {2} to {3} was taken before it was read", origin.Group ?? "A private subscriber", origin.Topic, e.From, e.To);
                Broadcast(new HistoryTrimmed(origin.Topic, origin.Group, e.From, e.To));
                return true;
            case DeliveryEffect.Rewound e:
                logger.Warning("The log of {0} was rewound from {1} to {2} by a failover", origin.Topic, e.From, e.To);
                Broadcast(new HistoryRewound(origin.Topic, e.From, e.To));
                return true;
            default:
                return false;
        }
    }

    /// <summary>A consumer answers. Who asked to hear of it does; who didn't, only where it changed nothing.</summary>
    public void Take(IAnswer answer, IActorRef sender, TimeSpan now)
    {
        var asker = answer is { Confirm: true } and not Extend ? sender : null;
        var taken = answer.GiveTo(meter, asker, now);
        if (!taken && asker is null)
            sender.Tell(TooLate, origin.Subscription);
        else if (answer is Extend { Confirm: true })
            sender.Tell(new AnswerConfirmed(), origin.Subscription);
    }

    private static void Tell(Detach detach) => detach.Asker?.Tell(detach.Reply);

    private Delivery DeliveryOf(Item item, Activity? span = null) => new(origin, item.Id, item.Event, item.Attempt, AckDeadline, span);

    private void Confirm(object asker, IAnswerReply reply)
    {
        if (asker is AnswerTally.Place place)
            place.Take(reply);
        else
            ((IActorRef)asker).Tell(reply, origin.Subscription);
    }

    private void Tell(int number, object message)
    {
        if (_consumers.TryGetValue(number, out var consumer))
            consumer.Tell(message, origin.Subscription);
    }

    private static IAnswerReply ReplyOf(AnswerOutcome outcome) => outcome switch
    {
        AnswerOutcome.Committed => new AnswerConfirmed(),
        AnswerOutcome.Unknown => new AnswerRefused("The outcome is unknown: the connection was lost while the answer was written.", OutcomeUnknown: true),
        _ => TooLate,
    };
}
