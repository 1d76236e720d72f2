using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Feeds;

/// <summary>
/// The consumer behind a stage: it subscribes, passes on what comes, and outlives the stage for as long as something that was emitted may still be answered.
/// </summary>
internal sealed class FeedActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    // Its stage may be in the hands of code that blocks.
    private static readonly TimeSpan StagesPatience = TimeSpan.FromMilliseconds(250);

    private readonly IActorRef _hub;
    private readonly FeedPlan _plan;
    private readonly Feed _feed;
    private readonly HashSet<string> _starting;
    private readonly Dictionary<string, int> _leaving = []; // topics, and how often they are to say that it left
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private bool _left, _linger, _givenUp, _alone;

    public FeedActor(IActorRef hub, FeedPlan plan, Feed feed)
    {
        (_hub, _plan, _feed) = (hub, plan, feed);
        _starting = [.. plan.Topics.Names];
        Receive<Delivery>(Take);
        ReceiveStart();
        ReceiveLeave();
        ReceiveAny(feed.Post);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef hub, FeedPlan plan, Feed feed) => Akka.Actor.Props.Create(() => new FeedActor(hub, plan, feed));

    protected override void PreStart()
    {
        if (_feed.Left.IsCompleted)
        {
            Context.Stop(Self); // it crashed, and its stage has failed for that
            return;
        }

        Context.Watch(_hub);
        _hub.Tell(WatchOutages.Instance);
        if (_plan.UpToNow)
            _hub.Tell(new ListTopics(_plan.Topics.Names[0]));
        else
            Subscribe();
    }

    protected override void PostStop()
    {
        if (_givenUp)
            _feed.Post(GiveUp.Instance); // should the stage not have come to it
        else if (!_left)
            _feed.Post(new FeedFailed(new InvalidOperationException("The source's actor stopped.")));
        _feed.Leave();
    }

    private void ReceiveStart()
    {
        Receive<TopicList>(m =>
        {
            if (_left)
                return;
            _feed.Post(new TailThen(m.Topics is [var topic, ..] ? topic.Tail : 0));
            Subscribe();
        });
        Receive<ListRefused>(m => Retry(canRetry: true, m.Reason, "list", new ListTopics(_plan.Topics.Names[0])));
        Receive<Subscribed>(m =>
        {
            _feed.Post(m);
            Started(m.Topic);
        });
        Receive<PatternSubscribed>(m =>
        {
            if (m.Topics.Count == 0)
                _logger.Info("No topic matches {0} yet: the source waits for one", m.Pattern);
            _feed.Post(m);
            Started(null);
        });
        Receive<SubscribeRejected>(m => Retry(m.CanRetry, m.Reason, m.Topic, _plan.Subscribe(m.Topic, Self)));
        Receive<PatternRejected>(m => Retry(m.CanRetry, m.Reason, "pattern", _plan.SubscribePattern(Self)));
        Receive<ITopicCommand>(_hub.Tell);
        Receive<SubscribePattern>(_hub.Tell);
        Receive<ListTopics>(_hub.Tell);
    }

    private void ReceiveLeave()
    {
        Receive<LeaveFeed>(m =>
        {
            (_left, _linger) = (true, m.Linger && !_givenUp);
            Timers.CancelAll();
            Leave([.. m.Unbegun, .. Untaken()]);
        });
        Receive<GiveUp>(m =>
        {
            (_givenUp, _linger) = (true, false);
            if (_left)
            {
                Leave([]);
                return;
            }

            _feed.Post(m);
            Timers.StartSingleTimer("give up", new LeaveFeed([], Linger: false), StagesPatience);
        });
        Receive<Unsubscribed>(m => Hear(m.Topic));
        Receive<PatternUnsubscribed>(m => Hear(m.Pattern));
        Receive<Terminated>(_ => // nobody answers any more
        {
            _alone = true;
            if (!_left)
                _feed.Post(new FeedFailed(new InvalidOperationException("The source's hub stopped.")));
            FinishIfOver();
        });
    }

    private void Subscribe()
    {
        if (_plan.Topics.Pattern is not null)
            _hub.Tell(_plan.SubscribePattern(Self));
        foreach (var topic in _plan.Topics.Names)
            _hub.Tell(_plan.Subscribe(topic, Self));
    }

    private void Started(string? topic)
    {
        _starting.Remove(topic ?? "");
        if (_starting.Count == 0)
            _feed.Start();
    }

    private void Retry(bool canRetry, string reason, string key, object request)
    {
        if (_left)
            return;
        if (canRetry)
            Timers.StartSingleTimer(key, request, Again);
        else
            _feed.Post(new FeedFailed(new SubscribeRejectedException(_plan.Topics.ToString(), _plan.Group, reason)));
    }

    private void Take(Delivery delivery)
    {
        if (!_left)
            _feed.Post(delivery);
        else if (_plan.Group is not null)
            Leave(delivery.Topic, [delivery]); // it was on its way when the stage stopped
    }

    // What the stage has not come to.
    private IEnumerable<Delivery> Untaken()
    {
        while (_feed.TryTake(out var message))
        {
            if (message is Delivery delivery)
                yield return delivery;
        }
    }

    private void Leave(IReadOnlyList<Delivery> unbegun)
    {
        if (_alone)
        {
            FinishIfOver();
            return;
        }

        if (_plan.Topics.Pattern is { } pattern)
        {
            Await(pattern);
            _hub.Tell(new UnsubscribePattern(pattern, _plan.Group, Self, unbegun, _linger));
        }

        foreach (var topic in _plan.Topics.Names)
            Leave(topic, [.. unbegun.Where(delivery => delivery.Topic == topic)]);
    }

    private void Leave(string topic, IReadOnlyList<Delivery> unbegun)
    {
        Await(topic);
        _hub.Tell(new Unsubscribe(topic, _plan.Group, Self, unbegun, _linger));
    }

    private void Await(string name) => _leaving[name] = _leaving.GetValueOrDefault(name) + 1;

    private void Hear(string name)
    {
        if (_leaving.GetValueOrDefault(name) is > 1 and var more)
            _leaving[name] = more - 1;
        else
            _leaving.Remove(name);
        FinishIfOver();
    }

    private void FinishIfOver()
    {
        if (_alone ? _left : _leaving.Count == 0)
            Context.Stop(Self);
    }
}
