using Akka.Actor;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Core.Topics;
using PgPubSub.Streams.Feeds;
using PgPubSub.Streams.Stages;

namespace PgPubSub.Streams.Groups;

/// <summary>Builds the sources that are members of a group.</summary>
internal static class GroupSource
{
    public static Source<Committable, ISourceControl> Of(
        ActorSystem system, TopicSet topics, string group, GroupSourceOptions? given, Emission emission, int? parallelism = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentNullException.ThrowIfNull(group);
        if (NameRule.Problem("group", group) is { } problem)
            throw new ArgumentException(problem, nameof(group));
        var options = GroupSourceOptions.Checked(given);
        var feed = new FeedPlan(topics, group, options.From, options.Window) { Rules = options.Rules };
        return Source.FromGraph(new GroupStage(new SourcePlan(system, options.Instance, feed, options.OnOutage, options.OnLostHistory), emission, parallelism))
            .MapMaterializedValue(control => (ISourceControl)control);
    }

    /// <summary>Reads the events; what can't be read never will be, and is buried.</summary>
    public static Source<Committable<T>, ISourceControl> Read<T>(this Source<Committable, ISourceControl> source) => source.SelectMany(Read<T>);

    private static Committable<T>[] Read<T>(Committable committable)
    {
        try
        {
            return [committable.With(committable.Event.As<T>())];
        }
        catch (EventUnreadableException e)
        {
            committable.DeadLetter(e.Message);
            return [];
        }
    }
}
