using Akka.Actor;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Streams.Groups;
using PgPubSub.Streams.Stages;

namespace PgPubSub.Streams;

public static partial class PgPubSubSource
{
    /// <summary>
    /// Events of a group with their settle handles: at least once. Each is committed by <see cref="PgPubSubFlow.Commit"/>, <see cref="PgPubSubSink.Commit"/> or its own
    /// <see cref="Committable.Ack"/>, or comes again when its deadline has passed, which runs from when it is emitted. What the source holds when it stops and has not emitted goes back at once, as if it
    /// had never been handed out; what it has emitted may still be answered, unless the stream failed: then it goes back too, with one attempt more.
    /// </summary>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics; made on first use.</param>
    /// <param name="group">The group, the same at every topic; made on first use.</param>
    /// <param name="options">Window, start and rules, and what becomes of outages and lost history.</param>
    /// <returns>The source; it ends when it is stopped, and fails when its group or topic is dropped.</returns>
    /// <exception cref="ArgumentException">The group is no name, or an option is out of range.</exception>
    public static Source<Committable, ISourceControl> Group(ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        GroupSource.Of(system, topics, group, options, Emission.Committable);

    /// <inheritdoc cref="Group(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be becomes a dead letter at once.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics; made on first use.</param>
    /// <param name="group">The group, the same at every topic; made on first use.</param>
    /// <param name="options">Window, start and rules, and what becomes of outages and lost history.</param>
    public static Source<Committable<T>, ISourceControl> Group<T>(ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        Group(system, topics, group, options).Read<T>();

    /// <summary>
    /// Events of a group with their settle handles as context, for pipelines that think of the event alone. <c>Where</c>, <c>WhereNot</c>, <c>Collect</c> and <c>SelectConcat</c>
    /// of such a source settle what they drop, and an event that became several is committed after the last of them; end it in <c>PgPubSubSink.CommitWithContext</c>.
    /// </summary>
    /// <inheritdoc cref="Group(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    public static SourceWithContext<TopicEvent, Committable, ISourceControl> GroupWithContext(
        ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        SourceWithContext.FromTuples(Group(system, topics, group, options).Select(committable => (committable.Event, committable)));

    /// <inheritdoc cref="GroupWithContext(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be becomes a dead letter at once.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics; made on first use.</param>
    /// <param name="group">The group, the same at every topic; made on first use.</param>
    /// <param name="options">Window, start and rules, and what becomes of outages and lost history.</param>
    public static SourceWithContext<T, Committable, ISourceControl> GroupWithContext<T>(
        ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        SourceWithContext.FromTuples(Group<T>(system, topics, group, options).Select(committable => (committable.Value, committable.Handle)));

    /// <summary>
    /// Events of a group, each settled before it is emitted: one that is lost on the way is not repeated. It is acked when it is asked for, one round trip to the store each, so that a
    /// stream that ends early has lost nothing.
    /// </summary>
    /// <inheritdoc cref="Group(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    public static Source<TopicEvent, ISourceControl> GroupAtMostOnce(ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        GroupSource.Of(system, topics, group, options, Emission.AtMostOnce).Select(committable => committable.Event);

    /// <inheritdoc cref="GroupAtMostOnce(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>, which a supervision strategy may pass over.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics; made on first use.</param>
    /// <param name="group">The group, the same at every topic; made on first use.</param>
    /// <param name="options">Window, start and rules, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> GroupAtMostOnce<T>(ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        GroupAtMostOnce(system, topics, group, options).As<T>();

    /// <summary>
    /// Events of a group, each acked when the next is asked for: at least once for a stream that handles one event at a time and has no buffer. The last event before a
    /// stream is cancelled comes again.
    /// </summary>
    /// <inheritdoc cref="Group(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    public static Source<TopicEvent, ISourceControl> GroupAuto(ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        GroupSource.Of(system, topics, group, options, Emission.Auto).Select(committable => committable.Event);

    /// <inheritdoc cref="GroupAuto(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>; passed over by a supervision strategy, it counts as handled.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics; made on first use.</param>
    /// <param name="group">The group, the same at every topic; made on first use.</param>
    /// <param name="options">Window, start and rules, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> GroupAuto<T>(ActorSystem system, TopicSet topics, string group, GroupSourceOptions? options = null) =>
        GroupAuto(system, topics, group, options).As<T>();

    /// <summary>
    /// Events of a group for handling several at once without losing the order of a key: the next event of a key is emitted after the one before was answered or has reached a committer, while events of
    /// other keys go on. Use it with <c>SelectAsyncUnordered(parallelism, …)</c>. A slow key holds others up only when its events fill the window. Events without a key are each for themselves; one that was refused comes
    /// again behind later ones of its key.
    /// </summary>
    /// <inheritdoc cref="Group(ActorSystem, TopicSet, string, GroupSourceOptions?)"/>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics; made on first use.</param>
    /// <param name="group">The group, the same at every topic; made on first use.</param>
    /// <param name="parallelism">The most events that are out and neither answered nor at a committer; 1 or more.</param>
    /// <param name="options">Window, start and rules, and what becomes of outages and lost history.</param>
    /// <exception cref="ArgumentOutOfRangeException">The parallelism is below 1.</exception>
    public static Source<Committable, ISourceControl> GroupByKey(ActorSystem system, TopicSet topics, string group, int parallelism, GroupSourceOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        return GroupSource.Of(system, topics, group, options, Emission.Committable, parallelism);
    }

    /// <inheritdoc cref="GroupByKey(ActorSystem, TopicSet, string, int, GroupSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be becomes a dead letter at once.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics; made on first use.</param>
    /// <param name="group">The group, the same at every topic; made on first use.</param>
    /// <param name="parallelism">The most events that are out and neither answered nor at a committer; 1 or more.</param>
    /// <param name="options">Window, start and rules, and what becomes of outages and lost history.</param>
    public static Source<Committable<T>, ISourceControl> GroupByKey<T>(
        ActorSystem system, TopicSet topics, string group, int parallelism, GroupSourceOptions? options = null) => GroupByKey(system, topics, group, parallelism, options).Read<T>();
}
