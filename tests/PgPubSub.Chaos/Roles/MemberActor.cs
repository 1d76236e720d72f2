using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Chaos.Journals;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Chaos.Roles;

/// <summary>
/// A member of the group on each topic: it acks and waits for the confirmation, nacks some, buries a few, takes its time for others, and now and then holds one past its deadline.
/// </summary>
internal sealed class MemberActor : ReceiveActor, IWithTimers
{
    private const double Nacks = 0.02, Burials = 0.001, Slow = 0.01, TooSlow = 0.0005;

    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Past = Terms.AckDeadline + TimeSpan.FromMilliseconds(300);
    private static readonly GroupRules Rules = new(
        Terms.AckDeadline, new RetryRules(Terms.MaxAttempts, TimeSpan.FromMilliseconds(100), 2, TimeSpan.FromSeconds(1)));

    private readonly IActorRef _hub;
    private readonly Journal _journal;
    private readonly Random _random;
    private readonly TaskCompletionSource _subscribed;
    private int _missing = Terms.Topics.Count;

    public MemberActor(IActorRef hub, Journal journal, Random random, TaskCompletionSource subscribed)
    {
        (_hub, _journal, _random, _subscribed) = (hub, journal, random, subscribed);
        Receive<Subscribed>(_ =>
        {
            if (--_missing == 0)
                _subscribed.TrySetResult();
        });
        Receive<SubscribeRejected>(m => Timers.StartSingleTimer(m.Topic, new Join(m.Topic), Again));
        Receive<Join>(m => Subscribe(m.Topic));
        Receive<Delivery>(Handle);
        Receive<Worked>(m => Ack(m.Delivery));
        Receive<DeliveryRevoked>(m => Note(Journals.Note.Revoked, m.Delivery));
        Receive<Answered>(m => Note(m.Reply is AnswerConfirmed ? m.Confirmed : Journals.Note.Refused, m.Delivery));
        Receive<Reading>(_ => _journal.Write(new Fact(Journals.Note.Ticked, Journal.Now)));
        Receive<SubscriptionEnded>(_ => { }); // the node stops
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef hub, Journal journal, Random random, TaskCompletionSource subscribed) =>
        Akka.Actor.Props.Create(() => new MemberActor(hub, journal, random, subscribed));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Reading), Reading.Instance, Terms.Tick);
        foreach (var topic in Terms.Topics)
            Subscribe(topic);
    }

    private void Subscribe(string topic) => _hub.Tell(new Subscribe(topic, Terms.Group, StartFrom.Earliest, Window: 32, Rules: Rules));

    private void Handle(Delivery delivery)
    {
        Note(Journals.Note.HandedOut, delivery);
        var drawn = _random.NextDouble();
        if ((drawn -= Nacks) < 0)
            Answer(Journals.Note.Nacked, Journals.Note.OtherConfirmed, delivery, delivery.Nack("chaos"));
        else if ((drawn -= Burials) < 0)
            Answer(Journals.Note.Buried, Journals.Note.OtherConfirmed, delivery, delivery.DeadLetter("chaos"));
        else if ((drawn -= TooSlow) < 0)
            Timers.StartSingleTimer(delivery, new Worked(delivery), Past);
        else if ((drawn - Slow) < 0)
            Timers.StartSingleTimer(delivery, new Worked(delivery), TimeSpan.FromMilliseconds(_random.Next(20, 250)));
        else
            Ack(delivery);
    }

    private void Ack(Delivery delivery) => Answer(Journals.Note.Acked, Journals.Note.AckConfirmed, delivery, delivery.Ack());

    private void Answer(Note note, Note confirmed, Delivery delivery, IAnswer answer)
    {
        Note(note, delivery);
        delivery.SettleAsync(answer).PipeTo(Self, success: reply => new Answered(delivery, confirmed, reply));
    }

    private void Note(Note what, Delivery delivery) =>
        _journal.Write(new Fact(what, Journal.Now, delivery.Topic, delivery.As<Numbered>().Number, delivery.Offset, delivery.EventId, delivery.Attempt));

    private sealed record Reading
    {
        public static readonly Reading Instance = new();
    }

    private sealed record Join(string Topic);

    private sealed record Worked(Delivery Delivery);

    private sealed record Answered(Delivery Delivery, Note Confirmed, IAnswerReply Reply);
}
