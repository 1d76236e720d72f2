using System.Globalization;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults.Standbys;

/// <summary>The primary is killed for good, and its synchronous standby takes its place at the same address.</summary>
internal sealed class FailoverFault : IFault
{
    private Standby? _standby;
    private long _met;
    private long _streamed;
    private int _timeline;

    public string Name => "failover";

    public string About => "the primary is killed, and its synchronous standby is promoted at the same address";

    public async Task PrepareAsync(Scene scene) => _standby = await Standby.StartAsync(scene.Server);

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        await end.HoldsAsync(TimeSpan.FromMilliseconds(new Random(scene.Terms.Seed).Next(500, 1_500)));
        await using (var watch = await Session.OpenAsync(scene.AdminConnectionString, "watch"))
        {
            _met = await watch.AskAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'watch'");
            _streamed = await watch.AskAsync<long>("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'");
        }

        await scene.Server.KillAsync(CancellationToken.None);
        await _standby!.TakePlaceAsync();
        await using var owner = await Session.OpenAsync(scene.AdminConnectionString);
        _timeline = await owner.AskAsync<int>("SELECT timeline_id FROM pg_control_checkpoint()");
    }

    public string Proof() => _met == 0 || _streamed == 0 || _timeline < 2
        ? throw new FaultDidNotStrikeException($"the primary had {_met} sessions and {_streamed} synchronous standbys when it was killed; the server's timeline is {_timeline}")
        : string.Create(CultureInfo.InvariantCulture, $"the primary killed under {_met} sessions; its synchronous standby serves timeline {_timeline}");

    public ValueTask DisposeAsync() => _standby?.DisposeAsync() ?? ValueTask.CompletedTask;
}
