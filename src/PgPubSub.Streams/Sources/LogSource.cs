using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Supervision;
using Akka.Util;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Streams.Feeds;
using PgPubSub.Streams.Stages;

namespace PgPubSub.Streams.Sources;

/// <summary>Builds the sources that read the log.</summary>
internal static class LogSource
{
    // What waits in a stage is kept alive; nothing else may end a hand-out.
    private static readonly GroupRules Rules = GroupRules.Default with { AckDeadline = TimeSpan.FromDays(1) };

    // A strategy that passes over what can't be read must not pass over this.
    private static readonly Flow<(TopicEvent? Event, Exception? Failure), TopicEvent, NotUsed> Unpack =
        Flow.Create<(TopicEvent? Event, Exception? Failure)>().Select(attempt => attempt.Failure is { } failure ? throw failure : attempt.Event!)
            .WithAttributes(ActorAttributes.CreateSupervisionStrategy(Deciders.StoppingDecider));

    public static Source<TopicEvent, ISourceControl> Of(
        ActorSystem system, TopicSet topics, StartFrom from, LogSourceOptions? options, IReadOnlyDictionary<string, long>? offsets = null)
    {
        ArgumentNullException.ThrowIfNull(topics);
        return Build(system, new FeedPlan(topics, null, from, 0) { Offsets = offsets }, null, options);
    }

    public static Source<TopicEvent, ISourceControl> Bounded(ActorSystem system, string topic, long from, long? to, LogSourceOptions? options) =>
        Build(system, new FeedPlan(topic, null, StartFrom.Offset(from), 0) { UpToNow = to is null }, to, options);

    private static Source<TopicEvent, ISourceControl> Build(ActorSystem system, FeedPlan feed, long? to, LogSourceOptions? given)
    {
        ArgumentNullException.ThrowIfNull(system);
        var options = LogSourceOptions.Checked(given);
        var plan = new SourcePlan(system, options.Instance, feed with { Window = options.Window, Rules = Rules }, options.OnOutage, options.OnLostHistory);
        return options.Restart is { } restart
            ? Restarts.EachRun(() => Restarting(plan, to, restart))
            : Source.FromGraph(new LogStage(plan, () => new Progress { To = to })).MapMaterializedValue(control => (ISourceControl)control);
    }

    // What is remembered from one attempt to the next belongs to one run.
    private static Source<TopicEvent, ISourceControl> Restarting(SourcePlan plan, long? to, RestartSettings settings)
    {
        var progress = new Progress { To = to };
        return Restarts.Of(() => Attempt(plan, progress), settings).Via(Unpack);
    }

    // What would fail again in the same way is passed by the restart as an element.
    private static Source<(TopicEvent? Event, Exception? Failure), ISourceControl> Attempt(SourcePlan plan, Progress progress)
    {
        var offsets = new Dictionary<string, long>(plan.Feed.Offsets ?? new Dictionary<string, long>(), StringComparer.Ordinal);
        foreach (var (topic, offset) in progress.Next)
            offsets[topic] = offset;
        var from = progress.KnowsPattern ? StartFrom.Earliest : plan.Feed.From; // what it does not know by now was created since
        var feed = plan.Feed with { From = from, Offsets = offsets, UpToNow = plan.Feed.UpToNow && progress.To is null };
        return Source.FromGraph(new LogStage(plan with { Feed = feed }, () => progress))
            .MapMaterializedValue(control => (ISourceControl)control)
            .Select(e => ((TopicEvent?)e, (Exception?)null))
            .Recover(failure => IsFinal(failure) ? (null, failure) : Option<(TopicEvent?, Exception?)>.None);
    }

    private static bool IsFinal(Exception failure) => failure is SubscribeRejectedException or SubscriptionEndedException or HistoryLostException;
}
