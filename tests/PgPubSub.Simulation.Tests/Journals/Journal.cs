using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;
using PgPubSub.InMemory.Topics;
using PgPubSub.Simulation.Tests.Processes;
using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Journals;

/// <summary>What was committed, promised and handed out, kept apart from all machines and tables, to judge them by.</summary>
internal sealed class Journal
{
    private readonly Dictionary<GroupKey, GroupJournal> _groups = [];
    private readonly List<PrivateJournal> _privates = [];
    private readonly HashSet<Guid> _endedNodes = [];
    private readonly TopicRow _topic;
    private readonly World _world;
    private readonly Terms _terms;

    public Journal(World world, Terms terms, TopicRow topic, IEnumerable<GroupKey> groups)
    {
        (_world, _terms, _topic) = (world, terms, topic);
        Log = new LogJournal(topic);
        foreach (var key in groups)
            _groups.Add(key, new GroupJournal(world, terms, topic, topic.Groups[key.Subscription], Log));
    }

    public LogJournal Log { get; }

    public IEnumerable<GroupJournal> Groups => _groups.Values;

    public IReadOnlyList<PrivateJournal> Privates => _privates;

    public GroupJournal Group(GroupKey key) => _groups[key];

    /// <summary>A private subscriber's actor begins.</summary>
    public PrivateJournal Begin(Process process, PrivateTerms asked)
    {
        var journal = new PrivateJournal(_world, _terms, this, _topic, process, asked);
        _privates.Add(journal);
        return journal;
    }

    /// <summary>Whether a node's row is known to be gone.</summary>
    public bool HasEnded(Guid node) => _endedNodes.Contains(node);

    /// <summary>What a node held is nobody's now.</summary>
    public void NodeEnded(Guid node, string how)
    {
        _endedNodes.Add(node);
        _privates.ForEach(one => one.NodeEnded(node));
        foreach (var group in _groups.Values)
            group.NodeEnded(node, how);
    }

    public void OrphansReturned(Guid node, IReadOnlyList<Guid> tokens)
    {
        foreach (var group in _groups.Values)
            group.OrphansReturned(node, tokens);
    }

    public void Ended(Process process)
    {
        foreach (var group in _groups.Values)
            group.Ended(process);
        foreach (var one in _privates.Where(one => one.Process == process))
            one.End();
    }

    /// <summary>Retention has raised the floor.</summary>
    public void Trimmed(TrimResult trim)
    {
        if (_topic.Marks.ContainsValue(trim.Floor) && trim.Floor < Log.Tail - 1)
            _world.Met(Hazard.MarkSpares);
        if (trim.Floor == trim.Before)
            return;
        _world.Met(trim.Forced > 0 ? Hazard.ForcedTrim : Hazard.Trim);
        _world.Trace?.Invoke($"history is trimmed from {trim.Before} to {trim.Floor}");
        Taken(trim.Before, trim.Floor, isForced: _terms.Retention.MaxBacklogEvents is not null);
    }

    /// <summary>Somebody has taken all that was there.</summary>
    public void Cleared(long before, long floor)
    {
        _world.Met(Hazard.Clear);
        _world.Trace?.Invoke($"history is cleared from {before} to {floor}");
        Taken(before, floor, isForced: true);
    }

    public void End()
    {
        Log.End();
        foreach (var group in _groups.Values)
            group.End(Log.Tail);
        _privates.ForEach(one => one.Judge());
    }

    private void Taken(long before, long floor, bool isForced)
    {
        foreach (var group in _groups.Values)
            group.Trimmed(floor, isForced);
        _privates.ForEach(one => one.Trimmed(before, floor, isForced));
    }
}
