using Akka.Actor;
using CommitFeed.Input;
using CommitFeed.Journals;
using PgPubSub.Actors;

namespace CommitFeed.Nodes;

/// <summary>Publishes the input at a pace and journals every confirmation.</summary>
internal sealed class FeedPublisher : ReceiveActor, IWithTimers
{
    private const int MostUnconfirmed = 1_000;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    private readonly IActorRef _hub;
    private readonly FeedInput _input;
    private readonly Pace _pace;
    private readonly Journal _journal;
    private readonly TaskCompletionSource _done;
    private readonly long _start = JournalClock.Now;
    private int _sent, _confirmed;
    private bool _hurry;

    public FeedPublisher(IActorRef hub, FeedInput input, Pace pace, Journal journal, TaskCompletionSource done)
    {
        (_hub, _input, _pace, _journal, _done) = (hub, input, pace, journal, done);
        Receive<Published>(Confirm);
        Receive<PublishRejected>(m => _done.TrySetException(new InvalidOperationException($"a publish was rejected: {m.Reason}")));
        Receive<Tick>(_ => SendDue());
        Receive<Hurry>(_ => _hurry = true);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="done">Completed when the last event is confirmed, failed when one is rejected.</param>
    public static Props Props(IActorRef hub, FeedInput input, Pace pace, Journal journal, TaskCompletionSource done) =>
        Akka.Actor.Props.Create(() => new FeedPublisher(hub, input, pace, journal, done));

    protected override void PreStart() => Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.Zero, Beat);

    private void Confirm(Published published)
    {
        _journal.Confirmed(published);
        if (++_confirmed == _input.Count)
            _done.TrySetResult();
        else
            SendDue();
    }

    private void SendDue()
    {
        var due = _hurry ? _input.Count : _pace.Due(TimeSpan.FromMicroseconds(JournalClock.Now - _start));
        for (; _sent < due && _sent - _confirmed < MostUnconfirmed; _sent++)
        {
            var next = _input[_sent];
            _hub.Tell(new Publish(
                Feed.Topic, new EventBytes(next.Json, "application/json"), next.Key, next.Type,
                new Dictionary<string, string> { [Fingerprint.Header] = Fingerprint.Of(next.Json.Span) }));
        }
    }

    /// <summary>Asks it to publish the rest as fast as it is confirmed.</summary>
    public sealed record Hurry
    {
        public static readonly Hurry Instance = new();
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
