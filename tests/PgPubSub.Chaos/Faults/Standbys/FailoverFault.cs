using System.Globalization;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults.Standbys;

/// <summary>The primary is killed for good, its synchronous standby takes its place at the same address, and gets a standby of its own.</summary>
internal sealed class FailoverFault : IFault
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    private Standby? _primary;
    private Standby? _standby;
    private int _failovers;
    private long _met;
    private int _timeline = 1;

    public string Name => "failover";

    public string About => "the primary is killed, its synchronous standby is promoted at the same address and gets a standby of its own, over and over";

    public async Task PrepareAsync(Scene scene) => _standby = await Standby.StartAsync(scene.AdminConnectionString);

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        var random = new Random(scene.Terms.Seed);
        await end.HoldsAsync(TimeSpan.FromMilliseconds(random.Next(500, 1_500)));
        do
        {
            if (_standby is null)
            {
                _standby = await Standby.StartAsync(scene.AdminConnectionString);
                await end.HoldsAsync(TimeSpan.FromMilliseconds(random.Next(500, 1_500)));
            }

            await FailOverAsync(scene, _standby);
        }
        while (await end.HoldsAsync(Between));
    }

    public bool HasStruck => _met > 0 && _failovers > 0 && _timeline == _failovers + 1;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"{_failovers} primaries were killed under {_met} sessions; the server's timeline is {_timeline}")
        : string.Create(CultureInfo.InvariantCulture, $"{_failovers} primaries killed under {_met} sessions, each with a synchronous standby; the last serves timeline {_timeline}");

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { _primary, _standby })
        {
            if (server is not null)
                await server.DisposeAsync();
        }
    }

    private async Task FailOverAsync(Scene scene, Standby standby)
    {
        await using (var watch = await Session.OpenAsync(scene.AdminConnectionString, NodeWatch.SessionName))
        {
            if (await watch.AskAsync<long>("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 0)
                throw new FaultDidNotStrikeException("the primary had lost its standby before it was killed");
            _met += await watch.AskAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> '{NodeWatch.SessionName}'");
        }

        await (_primary?.KillAsync() ?? scene.Server.KillAsync(CancellationToken.None));
        await standby.TakePlaceAsync();
        if (_primary is { } killed)
            await killed.DisposeAsync();
        (_primary, _standby) = (standby, null);
        await using var owner = await Session.OpenAsync(scene.AdminConnectionString);
        _timeline = await owner.AskAsync<int>("SELECT timeline_id FROM pg_control_checkpoint()");
        _failovers++;
    }
}
