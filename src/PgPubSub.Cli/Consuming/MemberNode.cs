using System.Diagnostics;
using PgPubSub.Cli.Waiting;
using PgPubSub.Core.Faults;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Stores;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Cli.Consuming;

/// <summary>
/// This process as a node among others: it registers, beats, and holds its presence lock. Beats go their own way, on the connection that is kept back for them: a poll or a claim
/// that hangs behind somebody's table lock does not make it look dead. Its limits are those of a node of an actor system, and so others judge it by the same.
/// </summary>
/// <param name="nodes">Where it registers and beats.</param>
/// <param name="hints">Where it listens.</param>
/// <param name="group">Its one group.</param>
/// <param name="name">Its name for people.</param>
/// <param name="say">Says a line to people.</param>
internal sealed class MemberNode(INodeStore nodes, IWakeupStore hints, GroupKey group, string name, Action<string> say) : IAsyncDisposable
{
    /// <summary>How long a node may be silent.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly NodeMachine _machine = new(TimeToLive / 3, TimeToLive);
    private readonly CancellationTokenSource _stop = new();
    private readonly Signal _alive = new();
    private Task _running = Task.CompletedTask, _polling = Task.CompletedTask, _returning = Task.CompletedTask;
    private Wakeups? _wakeups;
    private bool _keepsLock;
    private volatile Life? _life;
    private volatile StoreException? _refused;

    private sealed record Life(Guid Id, TimeSpan ConfirmedAt);

    /// <summary>What it answers for.</summary>
    public ClaimBook Claims { get; } = new();

    /// <summary>How its group stands.</summary>
    public MemberPoll Poll { get; } = new(nodes, group, say);

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    public void Start()
    {
        _running = RunAsync();
        _polling = Poll.RunAsync(() => _life?.Id, _stop.Token);
    }

    /// <summary>The id to claim under, once it is registered and alive.</summary>
    /// <exception cref="StoreException">The schema or the role does not allow what a node does.</exception>
    public async Task<Guid> IdAsync(CancellationToken stop)
    {
        while (true)
        {
            if (Poll.Refused is { } unable)
                throw unable;
            if (_life is { } life && IsAlive(life.Id))
                return life.Id;
            if (_refused is { } refused)
                throw refused;
            await _alive.WaitAsync(LookInterval, stop);
        }
    }

    /// <summary>Whether what was claimed under an id may be handed out: nobody takes this node for dead yet.</summary>
    public bool IsAlive(Guid id) => _life is { } life && life.Id == id && Now - life.ConfirmedAt < TimeToLive;

    /// <summary>It leaves: what it still holds goes to others at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running, _polling, _returning);
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
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            LookAtPresence();
            _machine.Tick(Now);
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
            Poll.Blink(); // what ended this session may have ended those of others
        _machine.BeatAtOnce(Now);
    }

    private async Task PerformAsync()
    {
        for (var i = 0; i < _machine.Effects.Count; i++) // they may lead to others
        {
            await PerformAsync(_machine.Effects[i]);
            Live(); // before the next, which may take long: what was held under an id that is lost is others' by now
        }

        _machine.Effects.Clear();
    }

    private void Live()
    {
        _life = _machine.Id is { } id ? new Life(id, _machine.ConfirmedAt) : null;
        if (_life is not null)
            _alive.Set();
    }

    private async Task PerformAsync(NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.Register:
                await RegisterAsync(Guid.CreateVersion7());
                break;
            case NodeEffect.Beat e:
                await BeatAsync(e.Node);
                break;
            case NodeEffect.Become e:
                await BecomeAsync(e.Node);
                break;
            case NodeEffect.Suspend { Suspended: var suspended }:
                say(suspended ? "PostgreSQL can't be reached: nothing is handed out until it is back." : "PostgreSQL is back.");
                break;
            case NodeEffect.ReturnOrphans e when _returning.IsCompleted: // those that are still there come with the next beat
                _returning = TryAsync(() => nodes.ReturnOrphansAsync(e.Node, e.Tokens, [.. Claims.Unbegun.Intersect(e.Tokens)]));
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

    private async Task BeatAsync(Guid id)
    {
        IReadOnlyList<Guid>? tokens = null;
        if (await TryAsync(async () => tokens = await nodes.BeatAsync(id, _keepsLock)))
            _machine.Beaten(tokens, Claims.Known(tokens ?? []), Now);
        else
            _machine.BeatFailed(Now);
    }

    private async Task BecomeAsync(Guid? id)
    {
        if (_wakeups is not null)
            await _wakeups.DisposeAsync();
        (_wakeups, _keepsLock) = (id is { } own ? new Wakeups(hints, own, group.Topic, Poll.Hear) : null, false);
        if (id is null)
            say("Others took this process for dead; it begins anew.");
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
