using System.Diagnostics;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.InMemory.Log;

/// <summary>The log in memory.</summary>
internal sealed class InMemoryLog(Memory memory) : ILogStore
{
    public Task<TopicState> EnsureTopicAsync(string name, Retention forNew, CancellationToken stop) => memory.RunAsync(
        () =>
        {
            if (memory.Topics.GetValueOrDefault(name) is { } found)
                return found.State;
            var topic = new TopicRow(memory.NextTopic(), name, forNew);
            memory.Topics.Add(name, topic);
            memory.TopicsById.Add(topic.Id, topic);
            foreach (var pattern in memory.Patterns.Where(p => p.Matches(name) && topic.FindGroup(p.Group) is null))
                topic.AddGroup(memory.NextGroup(), pattern.Group, pattern.Rules, position: 0, pattern);
            return topic.State;
        },
        stop);

    public Task<TopicState?> FindTopicAsync(string name, CancellationToken stop) => memory.RunAsync(() => memory.Topics.GetValueOrDefault(name)?.State, stop);

    public Task<AppendOutcome> AppendAsync(TopicId topic, long knownTail, IReadOnlyList<NewEvent> events) => memory.RunAsync(
        () =>
        {
            EventCheck.Require(events);
            var log = memory.Topic(topic).Log;
            if (log.Tail < knownTail || (log.Tail > knownTail && knownTail < log.Floor))
                return new AppendOutcome(null);
            if (events is [var first, ..] && log.Find(first.Id, knownTail) is { } place)
            {
                return log.Find(place + events.Count - 1)?.Id == events[^1].Id
                    ? new AppendOutcome(place)
                    : throw new StoreException(FaultKind.Refused, "A batch was sent again with other events.");
            }

            return new AppendOutcome(log.Append(events, memory.Now));
        });

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(TopicId topic, long from, int most, long bytes, CancellationToken stop) => memory.RunAsync<IReadOnlyList<StoredEvent>>(
        () =>
        {
            if (memory.TopicsById.GetValueOrDefault(topic)?.Log is not { } log)
                return [];
            var lo = Math.Max(from, log.Floor);
            return log.Read(lo, log.PageEnd(lo, most, bytes));
        },
        stop);

    public Task<long> LocateAsync(TopicId topic, StartFrom from, CancellationToken stop) => memory.RunAsync(() => Place(memory.Topic(topic).Log, from), stop);

    /// <summary>The offset that a start means.</summary>
    public static long Place(EventLog log, StartFrom from) => from switch
    {
        StartFrom.AtEarliest => log.Floor,
        StartFrom.AtLatest => log.Tail,
        StartFrom.AtOffset at => Math.Max(at.Value, log.Floor),
        StartFrom.AtTime at => log.OffsetAt(at.Value),
        _ => throw new UnreachableException(),
    };
}
