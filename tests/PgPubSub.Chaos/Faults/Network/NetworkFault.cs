using System.Globalization;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Proxies;

namespace PgPubSub.Chaos.Faults.Network;

/// <summary>The network between workers and server: sessions are cut in the middle of requests and of answers, all is slow, sessions hang half open.</summary>
internal sealed class NetworkFault : IFault
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HalfOpenFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenCuts = TimeSpan.FromMilliseconds(150);
    private const int CutsInARow = 8;

    private Random _random = new(0);
    private TcpProxy? _proxy;
    private HashSet<ProxiedSession> _gone = [];
    private int _halfOpen;
    private int _slow;

    public string Name => "network";

    public string About => "sessions are cut in the middle of requests and in place of answers, everything travels slowly, sessions hang half open";

    public Task PrepareAsync(Scene scene)
    {
        _random = new Random(scene.Terms.Seed);
        _proxy = new TcpProxy(scene.WorkerConnectionString);
        scene.WorkerConnectionString = _proxy.ConnectionString;
        return Task.CompletedTask;
    }

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        var proxy = _proxy!;
        do
        {
            await CutAsync(proxy, end);
            await DelayAsync(proxy, end);
            await HalfOpenAsync(proxy, end);
        }
        while (!end.IsCancellationRequested);
    }

    public bool NodesMayDie => true;

    public bool HasStruck => _proxy is { CutRequests: > 0, CutReplies: > 0 } && _halfOpen > 0 && _slow > 0;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"{_proxy?.CutRequests} requests and {_proxy?.CutReplies} answers were cut, {_halfOpen} sessions were left half open, {_slow} were slow")
        : string.Create(CultureInfo.InvariantCulture, $"{_proxy!.CutRequests} sessions cut in a request, {_proxy.CutReplies} in place of an answer; {_slow} slowed by {Slow.TotalMilliseconds} ms each way; {_halfOpen} left half open");

    public ValueTask DisposeAsync() => _proxy?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task CutAsync(TcpProxy proxy, CancellationToken end)
    {
        for (var cut = 0; cut < CutsInARow && await end.HoldsAsync(BetweenCuts); cut++)
        {
            foreach (var session in Living(proxy).Where(_ => _random.Next(2) == 0))
            {
                session.CutAt(cut % 2 == 0 ? Cut.Reply : Cut.Request);
                _gone.Add(session);
            }
        }

        foreach (var session in _gone)
            session.CutBoth(); // what has not said a word since
    }

    private async Task DelayAsync(TcpProxy proxy, CancellationToken end)
    {
        if (end.IsCancellationRequested)
            return;
        proxy.Travel = Slow;
        await end.HoldsAsync(SlowFor);
        proxy.Travel = TimeSpan.Zero;
        _slow += Living(proxy).Count;
    }

    // What stands between forgets its sessions and says so only when it is told to; new ones are served.
    private async Task HalfOpenAsync(TcpProxy proxy, CancellationToken end)
    {
        if (end.IsCancellationRequested)
            return;
        var forgotten = Living(proxy);
        foreach (var session in forgotten)
            session.HalfOpen();
        _halfOpen += forgotten.Count;
        await end.HoldsAsync(HalfOpenFor);
        foreach (var session in forgotten)
            session.CutBoth();
        _gone = [.. _gone, .. forgotten];
    }

    private List<ProxiedSession> Living(TcpProxy proxy) => [.. proxy.Sessions.Where(session => !session.Ended && !_gone.Contains(session))];
}
