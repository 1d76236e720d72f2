using System.Diagnostics;
using PgPubSub.Cli.Waiting;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Cli.Consuming;

/// <summary>A member's poll: it asks how its group stands and how the other nodes do, four times a second, and takes over from the dead.</summary>
/// <param name="nodes">Where it asks.</param>
/// <param name="group">The group.</param>
/// <param name="say">Says a line to people.</param>
internal sealed class MemberPoll(INodeStore nodes, GroupKey group, Action<string> say)
{
    private const long Unseen = long.MinValue, Gone = -1;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1), Settling = TimeSpan.FromSeconds(5), Interval = TimeSpan.FromMilliseconds(250);

    private readonly NodeJudge _judge = new(MemberNode.TimeToLive, Grace, Settling);
    private readonly Signal _news = new();
    private long _tail, _version = Unseen;
    private int _retriesDue = 1, _suspectsDue = 1;
    private volatile bool _blinked;
    private volatile StoreException? _refused;

    /// <summary>Why the schema or the role does not allow what it asks; null while it does.</summary>
    public StoreException? Refused => _refused;

    /// <summary>Whether retries may be due.</summary>
    public bool AnyDue => (Volatile.Read(ref _retriesDue) | Volatile.Read(ref _suspectsDue)) != 0;

    /// <summary>Whether the group is known to have another version, or to be gone.</summary>
    public bool HasChanged(long version) => Interlocked.Read(ref _version) is not Unseen and var seen && seen != version;

    /// <summary>Waits until there may be something to claim.</summary>
    public Task WaitAsync(CancellationToken stop) => _news.WaitAsync(Wakeups.PollInterval, stop);

    /// <summary>A hint: there may be something to claim.</summary>
    public void Hear() => _news.Set();

    /// <summary>This node's own session was lost: the others are looked at afresh.</summary>
    public void Blink() => _blinked = true;

    /// <summary>Whether retries are to be claimed; whoever asks claims.</summary>
    public bool TakeDue(bool suspects) => Interlocked.Exchange(ref suspects ? ref _suspectsDue : ref _retriesDue, 0) != 0;

    /// <summary>There may be more of them.</summary>
    public void Due(bool suspects) => Volatile.Write(ref suspects ? ref _suspectsDue : ref _retriesDue, 1);

    /// <summary>Asks until it is stopped.</summary>
    /// <param name="id">The id that this node has at the moment; null where it has none.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<Guid?> id, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (id() is { } self)
                await AskAsync(self, stop);
            await Task.Delay(Interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync(Guid self, CancellationToken stop)
    {
        try
        {
            var result = await nodes.PollAsync(new PollRequest([group.Topic], [group], []) { Node = self }, stop);
            _refused = null;
            Learn(result);
            await JudgeAsync(result.Others ?? []);
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            _judge.Blink();
            if (e is StoreException { Kind: FaultKind.Schema } refused)
                _refused = refused; // waiting would not help
        }
    }

    private void Learn(PollResult result)
    {
        var tail = result.Tails.Select(topic => topic.Tail).FirstOrDefault();
        var version = result.Versions.Select(one => one.Version).FirstOrDefault(Gone);
        var news = tail != _tail || version != _version || result.RetriesDue.Count > 0;
        _tail = tail;
        Interlocked.Exchange(ref _version, version);
        if (result.RetriesDue.Count > 0)
            Due(suspects: false);
        if (result.RetriesDue.Any(due => due.Suspects))
            Due(suspects: true);
        if (news)
            _news.Set();
    }

    private async Task JudgeAsync(IReadOnlyList<NodeSighting> others)
    {
        if (_blinked)
        {
            _blinked = false;
            _judge.Blink();
        }

        foreach (var dead in _judge.Look(others, Stopwatch.GetElapsedTime(0)))
        {
            if (await WinsAsync(dead))
                say($"Node {dead.Name} is dead; what it held goes to others.");
        }
    }

    // One that can't be taken over now is seen dead again.
    private async Task<bool> WinsAsync(NodeSighting dead)
    {
        try
        {
            return await nodes.TakeOverAsync(dead);
        }
        catch (StoreException)
        {
            return false;
        }
    }
}
