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
    private readonly World _world;
    private readonly Terms _terms;

    public Journal(World world, Terms terms, TopicRow topic, IEnumerable<GroupKey> groups)
    {
        (_world, _terms) = (world, terms);
        Log = new LogJournal(topic);
        foreach (var key in groups)
            _groups.Add(key, new GroupJournal(world, terms, topic, topic.Groups[key.Subscription]));
    }

    public LogJournal Log { get; }

    public IEnumerable<GroupJournal> Groups => _groups.Values;

    public GroupJournal Group(GroupKey key) => _groups[key];

    /// <summary>What a node held is nobody's now.</summary>
    public void NodeEnded(Guid node, string how)
    {
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
    }

    /// <summary>Retention has raised the floor.</summary>
    public void Trimmed(TrimResult trim)
    {
        if (trim.Floor == trim.Before)
            return;
        _world.Met(trim.Forced > 0 ? Hazard.ForcedTrim : Hazard.Trim);
        _world.Trace?.Invoke($"history is trimmed from {trim.Before} to {trim.Floor}");
        foreach (var group in _groups.Values)
            group.Trimmed(trim.Floor, isForced: _terms.Retention.MaxBacklogEvents is not null);
    }

    public void End()
    {
        Log.End();
        foreach (var group in _groups.Values)
            group.End(Log.Tail);
    }
}
