using System.Diagnostics;
using PgPubSub.Cli.Waiting;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Cli.Consuming;

/// <summary>
/// This process as a node among others: it registers, beats, holds its presence lock, takes over from the dead, and asks how its group stands, four times a second. Its limits are those of a
/// node of an actor system, and so others judge it by the same.
/// </summary>
internal sealed class MemberNode(INodeStore nodes, IWakeupStore hints, GroupKey group, string name, Action<string> say) : IAsyncDisposable
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(15), Grace = TimeSpan.FromSeconds(1), Settling = TimeSpan.FromSeconds(5), LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly NodeMachine _machine = new(TimeToLive / 3, TimeToLive);
    private readonly NodeJudge _judge = new(TimeToLive, Grace, Settling);
    private readonly CancellationTokenSource _stop = new();
    private readonly Signal _news = new();
    private Task _running = Task.CompletedTask;
    private Wakeups? _wakeups;
    private volatile Life? _life;
    private long _tail;
    private bool _keepsLock, _beatIsDue;
    private volatile bool _retriesDue = true, _suspectsDue = true;
    private volatile GroupVersion? _seen;
    private volatile StoreException? _refused;

    private sealed record Life(Guid Id, TimeSpan ConfirmedAt);

    private sealed record GroupVersion(long Number);

    /// <summary>What it answers for.</summary>
    public ClaimBook Claims { get; } = new();

    /// <summary>Whether the group is known to have another version, or to be gone.</summary>
    public bool HasChanged(long version) => _seen is { } seen && seen.Number != version;

    /// <summary>Whether retries may be due.</summary>
    public bool AnyDue => _retriesDue || _suspectsDue;

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public void Start() => _running = RunAsync();

    /// <summary>The id to claim under, once it is registered and alive.</summary>
    /// <exception cref="StoreException">The schema or the role does not allow what a node does.</exception>
    public async Task<Guid> IdAsync(CancellationToken stop)
    {
        while (true)
        {
            if (_life is { } life && IsAlive(life.Id))
                return life.Id;
            if (_refused is { } refused)
                throw refused;
            await _news.WaitAsync(LookInterval, stop);
        }
    }

    /// <summary>Whether what was claimed under an id may be handed out: nobody takes this node for dead yet.</summary>
    public bool IsAlive(Guid id) => _life is { } life && life.Id == id && Now - life.ConfirmedAt < TimeToLive;

    /// <summary>Waits until there may be something to claim.</summary>
    public Task WaitAsync(CancellationToken stop) => _news.WaitAsync(Wakeups.PollInterval, stop);

    /// <summary>Whether retries are to be claimed; whoever asks claims.</summary>
    public bool TakeDue(bool suspects)
    {
        var due = suspects ? _suspectsDue : _retriesDue;
        Due(suspects, false);
        return due;
    }

    /// <summary>There may be more of them.</summary>
    public void Due(bool suspects, bool due = true)
    {
        if (suspects)
            _suspectsDue = due;
        else
            _retriesDue = due;
    }

    /// <summary>It leaves: what it still holds goes to others at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        try
        {
            if (_machine.Id is { } id)
                await nodes.DepartAsync(id, Claims.Unbegun);
        }
        catch (StoreException e)
        {
            say($"This process could not take its leave; others take over from it. {e.Message}");
        }

        if (_wakeups is not null)
            await _wakeups.DisposeAsync();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            LookAtPresence();
            _machine.Tick(Now);
            await PerformAsync();
            if (_machine.Id is { } id)
                await LookAsync(id);
            await PerformAsync();
            await Task.Delay(LookInterval, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void LookAtPresence()
    {
        if (_wakeups is null || _wakeups.KeepsLock == _keepsLock)
            return;
        _keepsLock = !_keepsLock;
        if (!_keepsLock)
            _judge.Blink(); // what ended this session may have ended those of others
        _machine.BeatAtOnce(Now);
    }

    private async Task PerformAsync()
    {
        Live(); // before anything that may take long: what was held under an id that is lost is others' by now
        for (var i = 0; i < _machine.Effects.Count; i++) // they may lead to others
            await PerformAsync(_machine.Effects[i]);
        _machine.Effects.Clear();
        Live();
    }

    private void Live() => _life = _machine.Id is { } id ? new Life(id, _machine.ConfirmedAt) : null;

    private async Task PerformAsync(NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.Register:
                await RegisterAsync(Guid.CreateVersion7());
                break;
            case NodeEffect.Beat:
                _beatIsDue = true;
                break;
            case NodeEffect.Become e:
                await BecomeAsync(e.Node);
                break;
            case NodeEffect.Suspend { Suspended: var suspended }:
                say(suspended ? "PostgreSQL can't be reached: nothing is handed out until it is back." : "PostgreSQL is back.");
                break;
            case NodeEffect.ReturnOrphans e:
                await TryAsync(() => nodes.ReturnOrphansAsync(e.Node, e.Tokens, [.. Claims.Unbegun.Intersect(e.Tokens)]));
                break;
        }
    }

    private async Task RegisterAsync(Guid id)
    {
        if (await TryAsync(() => nodes.RegisterAsync(id, name, _stop.Token)))
            _machine.Registered(id, Now);
        else
            _machine.RegisterFailed(Now);
    }

    private async Task BecomeAsync(Guid? id)
    {
        if (_wakeups is not null)
            await _wakeups.DisposeAsync();
        (_wakeups, _keepsLock) = (id is { } own ? new Wakeups(hints, own, group.Topic, _news.Set) : null, false);
        if (id is null)
            say("Others took this process for dead; it begins anew.");
    }

    private async Task LookAsync(Guid id)
    {
        var (beat, result) = (_beatIsDue, default(PollResult));
        _beatIsDue = false;
        if (!await TryAsync(async () => result = await nodes.PollAsync(new PollRequest([group.Topic], [group], []) { Node = id, KeepsLock = beat ? _keepsLock : null }, _stop.Token)))
        {
            _judge.Blink();
            if (beat)
                _machine.BeatFailed(Now);
            return;
        }

        if (beat)
            _machine.Beaten(result!.Beat!.Tokens, Claims.Known(result.Beat.Tokens ?? []), Now);
        Learn(result!);
        foreach (var dead in _judge.Look(result!.Others ?? [], Now))
        {
            var won = false;
            if (await TryAsync(async () => won = await nodes.TakeOverAsync(dead)) && won)
                say($"Node {dead.Name} is dead; what it held goes to others.");
        }
    }

    private void Learn(PollResult result)
    {
        var tail = result.Tails.Select(topic => topic.Tail).FirstOrDefault();
        var version = result.Versions.Select(one => one.Version).FirstOrDefault(-1);
        var news = tail != _tail || _seen?.Number != version || result.RetriesDue.Count > 0;
        (_tail, _seen) = (tail, new GroupVersion(version));
        _retriesDue |= result.RetriesDue.Count > 0;
        _suspectsDue |= result.RetriesDue.Any(due => due.Suspects);
        if (news)
            _news.Set();
    }

    private async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            _refused = null;
            return true;
        }
        catch (Exception e) when (e is StoreException or OperationCanceledException)
        {
            if (e is StoreException { Kind: FaultKind.Schema } refused)
                _refused = refused; // waiting would not help
            return false;
        }
    }
}
