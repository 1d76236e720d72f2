using System.Globalization;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Poolers;

namespace PgPubSub.Chaos.Faults.Poolers;

/// <summary>All that workers say goes through PgBouncer in transaction mode, which is killed and started again.</summary>
internal sealed class PoolerFault : IFault
{
    // Fewer than the workers together may open, so that they share.
    private const int ServerConnections = 12;

    private static readonly TimeSpan Down = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private PgBouncer? _pooler;
    private int _restarts;
    private long _met;

    public string Name => "pooler";

    public string About => "all traffic goes through PgBouncer in transaction mode, and PgBouncer is killed and started again";

    public string? Missing { get; } = new FactOfPgBouncerAttribute().Skip;

    public async Task PrepareAsync(Scene scene)
    {
        _pooler = await PgBouncer.StartAsync(scene.WorkerConnectionString, "transaction", ServerConnections);
        scene.WorkerConnectionString = _pooler.ConnectionString;
    }

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        await using var watch = await Session.OpenAsync(scene.AdminConnectionString, NodeWatch.SessionName);
        do
        {
            _met += await watch.AskAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> '{NodeWatch.SessionName}'");
            await _pooler!.RestartAsync(Down);
            _restarts++;
        }
        while (await end.HoldsAsync(Between));
    }

    public bool NodesMayDie => true;

    public bool HasStruck => _restarts > 0 && _met > 0;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"{_restarts} restarts of PgBouncer met {_met} sessions of its server")
        : string.Create(CultureInfo.InvariantCulture, $"PgBouncer killed and started again {_restarts} times, with {_met} sessions of its server");

    public ValueTask DisposeAsync() => _pooler?.DisposeAsync() ?? ValueTask.CompletedTask;
}
