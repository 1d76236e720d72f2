using Akka.Actor;
using Akka.Event;
using PgPubSub.Actors;

namespace PgPubSub.Streams.Feeds;

/// <summary>What a stage does with what its feed has for it besides events; the same for every stage that reads.</summary>
internal sealed class SourceWatch(SourcePlan plan, ILoggingAdapter logger, Action<Exception> fail, Action complete)
{
    /// <summary>Starts the feed of a stage; nobody where that can't be done, and the stage has failed then.</summary>
    public IActorRef Open(Feed feed)
    {
        try
        {
            return plan.System.ActorOf(FeedActor.Props(PgPubSubHub.For(plan.System, plan.Instance), plan.Feed, feed));
        }
        catch (Exception e)
        {
            fail(e);
            return ActorRefs.Nobody;
        }
    }

    public void Take(object message)
    {
        switch (message)
        {
            case OutageBegan m when plan.OnOutage is OutageMode.Fail:
                logger.Warning("The source of {0} fails, since the store can't be reached: {1}", plan.Feed.Topics, m.Reason);
                fail(new StoreUnavailableException(m.Reason));
                break;
            case OutageBegan m:
                logger.Warning("The source of {0} waits, since the store can't be reached: {1}", plan.Feed.Topics, m.Reason);
                break;
            case OutageEnded:
                logger.Info("The source of {0} goes on: the store can be reached again", plan.Feed.Topics);
                break;
            case HistoryTrimmed m when plan.OnLostHistory is LostHistoryMode.Fail:
                fail(new HistoryLostException(m.Topic, m.From, m.To, rewound: false));
                break;
            case HistoryRewound m when plan.OnLostHistory is LostHistoryMode.Fail:
                fail(new HistoryLostException(m.Topic, m.From, m.To, rewound: true));
                break;
            case SubscriptionEnded { NodeStops: true }:
                complete();
                break;
            case SubscriptionEnded m when plan.Feed.Topics.Pattern is null:
                fail(new SubscriptionEndedException(m.Topic, m.Group, m.Reason));
                break;
            case FeedFailed m:
                fail(m.Failure);
                break;
        }
    }
}
