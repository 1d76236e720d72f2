using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Streams.Feeds;
using PgPubSub.Streams.Sources;

namespace PgPubSub.Streams;

/// <summary>
/// Sources of events. Those that read the log (<c>From…</c>, <see cref="Live"/>, <see cref="Replay"/>) emit every event of their topics, each topic's in order, history first and then live without a gap
/// or a repetition, and settle nothing; retention spares what they have not read yet. Those of a group (<c>Group…</c>) share the group's events with its other members. All
/// read no more than their window ahead of demand. The hub must be started before they run.
/// </summary>
public static partial class PgPubSubSource
{
    /// <summary>Events from an offset on.</summary>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="offset">The first offset; 0 or more. One that the topic has not come to yet is waited for.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    /// <returns>The source; it ends when it is stopped.</returns>
    /// <exception cref="ArgumentException">The topic is no name, or an option is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    public static Source<TopicEvent, ISourceControl> FromOffset(ActorSystem system, string topic, long offset, LogSourceOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return LogSource.Of(system, topic, StartFrom.Offset(offset), options);
    }

    /// <inheritdoc cref="FromOffset(ActorSystem, string, long, LogSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>, which a supervision strategy may pass over.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topic">The topic; made on first use.</param>
    /// <param name="offset">The first offset; 0 or more.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> FromOffset<T>(ActorSystem system, string topic, long offset, LogSourceOptions? options = null) =>
        FromOffset(system, topic, offset, options).As<T>();

    /// <summary>Events of several topics, each from an offset of its own: what an application that keeps its own offsets starts with.</summary>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="offsets">The first offset by topic; 0 or more. A topic that is not named begins with its oldest event.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    /// <returns>The source, topics merged as they come.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An offset is negative.</exception>
    public static Source<TopicEvent, ISourceControl> FromOffsets(
        ActorSystem system, TopicSet topics, IReadOnlyDictionary<string, long> offsets, LogSourceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        foreach (var offset in offsets.Values)
            ArgumentOutOfRangeException.ThrowIfNegative(offset, nameof(offsets));
        return LogSource.Of(system, topics, StartFrom.Earliest, options, new Dictionary<string, long>(offsets, StringComparer.Ordinal));
    }

    /// <inheritdoc cref="FromOffsets(ActorSystem, TopicSet, IReadOnlyDictionary{string, long}, LogSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>, which a supervision strategy may pass over.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="offsets">The first offset by topic; 0 or more.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> FromOffsets<T>(
        ActorSystem system, TopicSet topics, IReadOnlyDictionary<string, long> offsets, LogSourceOptions? options = null) => FromOffsets(system, topics, offsets, options).As<T>();

    /// <summary>Events that were published at a time or later, by the database's clock.</summary>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="time">The time.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    /// <returns>The source, topics merged as they come.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Source<TopicEvent, ISourceControl> FromTime(ActorSystem system, TopicSet topics, DateTimeOffset time, LogSourceOptions? options = null) =>
        LogSource.Of(system, topics, StartFrom.Time(time), options);

    /// <inheritdoc cref="FromTime(ActorSystem, TopicSet, DateTimeOffset, LogSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>, which a supervision strategy may pass over.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="time">The time.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> FromTime<T>(ActorSystem system, TopicSet topics, DateTimeOffset time, LogSourceOptions? options = null) =>
        FromTime(system, topics, time, options).As<T>();

    /// <summary>All events that are kept, and those to come.</summary>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    /// <returns>The source, topics merged as they come.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Source<TopicEvent, ISourceControl> FromEarliest(ActorSystem system, TopicSet topics, LogSourceOptions? options = null) =>
        LogSource.Of(system, topics, StartFrom.Earliest, options);

    /// <inheritdoc cref="FromEarliest(ActorSystem, TopicSet, LogSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>, which a supervision strategy may pass over.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> FromEarliest<T>(ActorSystem system, TopicSet topics, LogSourceOptions? options = null) =>
        FromEarliest(system, topics, options).As<T>();

    /// <summary>Events that are published from when <see cref="ISourceControl.Started"/> completes, at the latest.</summary>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics. One that a pattern finds later was created later, and is read from its first event.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    /// <returns>The source, topics merged as they come.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Source<TopicEvent, ISourceControl> Live(ActorSystem system, TopicSet topics, LogSourceOptions? options = null) =>
        LogSource.Of(system, topics, StartFrom.Latest, options);

    /// <inheritdoc cref="Live(ActorSystem, TopicSet, LogSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>, which a supervision strategy may pass over.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> Live<T>(ActorSystem system, TopicSet topics, LogSourceOptions? options = null) => Live(system, topics, options).As<T>();

    /// <summary>A part of a topic's history; the source completes when it is through.</summary>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The first offset; 0 or more.</param>
    /// <param name="to">
    /// The offset after the last, not less than <paramref name="from"/>; one that the topic has not come to yet is waited for. Null ends where the topic ends when the source starts.
    /// </param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    /// <returns>The source.</returns>
    /// <exception cref="ArgumentException">The topic is no name, or an option is out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An offset is negative, or the end lies before the beginning.</exception>
    public static Source<TopicEvent, ISourceControl> Replay(ActorSystem system, string topic, long from = 0, long? to = null, LogSourceOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to ?? from, from, nameof(to));
        return LogSource.Bounded(system, topic, from, to, options);
    }

    /// <inheritdoc cref="Replay(ActorSystem, string, long, long?, LogSourceOptions?)"/>
    /// <typeparam name="T">What events are read as. One that can't be is an <see cref="EventUnreadableException"/>, which a supervision strategy may pass over.</typeparam>
    /// <param name="system">The actor system with the hub.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="from">The first offset; 0 or more.</param>
    /// <param name="to">The offset after the last; null ends where the topic ends when the source starts.</param>
    /// <param name="options">Window, and what becomes of outages and lost history.</param>
    public static Source<TopicEvent<T>, ISourceControl> Replay<T>(ActorSystem system, string topic, long from = 0, long? to = null, LogSourceOptions? options = null) =>
        Replay(system, topic, from, to, options).As<T>();

    /// <summary>
    /// A source that is started again when it fails, with a handle that survives that: Akka's <c>RestartSource.OnFailuresWithBackoff</c>, which has none. What can fail is
    /// to be inside: build the part of the stream that handles events here, for example a group's source with its handler and committer.
    /// </summary>
    /// <typeparam name="T">What comes out of it.</typeparam>
    /// <param name="settings">The back-off.</param>
    /// <param name="make">Builds the source; called for each start. What it has emitted when it fails goes back with one attempt more.</param>
    /// <returns>The source. Its handle stops, and drains, whichever runs; <see cref="ISourceControl.Started"/> is that of the first.</returns>
    public static Source<T, ISourceControl> Restarting<T>(RestartSettings settings, Func<Source<T, ISourceControl>> make)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(make);
        return Restarts.EachRun(() => Restarts.Of(make, settings));
    }

    private static Source<TopicEvent<T>, ISourceControl> As<T>(this Source<TopicEvent, ISourceControl> source) => source.Select(e => new TopicEvent<T>(e.As<T>(), e));
}
