using PgPubSub.Core.Faults;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.Listening;
using PgPubSub.InMemory.Nodes;
using PgPubSub.InMemory.Subscriptions;
using PgPubSub.InMemory.Topics;

namespace PgPubSub.InMemory;

/// <summary>All that the store holds, and the one lock before it: a call is one transaction.</summary>
internal sealed class Memory(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _lastTopic;
    private int _lastGroup;

    public TimeProvider Clock => clock;

    public DateTimeOffset Now => clock.GetUtcNow();

    public SortedDictionary<string, TopicRow> Topics { get; } = new(StringComparer.Ordinal);

    public Dictionary<TopicId, TopicRow> TopicsById { get; } = [];

    public List<PatternRow> Patterns { get; } = [];

    public Dictionary<Guid, NodeRow> Nodes { get; } = [];

    public Dictionary<string, Guid> Duties { get; } = new(StringComparer.Ordinal);

    public List<InMemoryWakeupLine> Lines { get; } = [];

    public IEnumerable<GroupRow> Groups => Topics.Values.SelectMany(topic => topic.Groups.Values);

    /// <summary>Runs a call by itself. What the store refuses is told by the task.</summary>
    public Task<T> RunAsync<T>(Func<T> call, CancellationToken stop = default)
    {
        if (stop.IsCancellationRequested)
            return Task.FromCanceled<T>(stop);
        try
        {
            lock (_gate)
                return Task.FromResult(call());
        }
        catch (StoreException refused)
        {
            return Task.FromException<T>(refused);
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Action call, CancellationToken stop = default) => RunAsync(
        () =>
        {
            call();
            return true;
        },
        stop);

    /// <summary>A number that no topic had before.</summary>
    public TopicId NextTopic() => new(++_lastTopic);

    /// <summary>A number that no group had before.</summary>
    public int NextGroup() => ++_lastGroup;

    public TopicRow Topic(TopicId id) =>
        TopicsById.GetValueOrDefault(id) ?? throw new StoreException(FaultKind.Gone, "The topic is no longer there.");

    public GroupRow? FindGroup(GroupKey key) => TopicsById.GetValueOrDefault(key.Topic)?.Groups.GetValueOrDefault(key.Subscription);

    public GroupRow Group(GroupKey key) => FindGroup(key) ?? throw new StoreException(FaultKind.Gone, "The group is no longer there.");

    public NodeRow Node(Guid id) => Nodes.GetValueOrDefault(id) ?? throw new StoreException(FaultKind.Gone, "The node is no longer registered.");
}
