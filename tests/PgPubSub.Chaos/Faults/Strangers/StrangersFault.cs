using System.Globalization;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults.Strangers;

/// <summary>Three sessions of others: one pins the oldest snapshot, one idles with locks on rows of ours, one locks the table of events now and then.</summary>
internal sealed class StrangersFault : IFault
{
    // Of each of them; leases too, whose settling may wait but whose events are handed out once all the same.
    private static readonly string[] Locked = ["event", "topic", "subscription", "cursor", "node", "lease"];

    private static readonly TimeSpan RowsFor = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan TableFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(0.5);

    private long _passed;
    private long _rows;
    private int _tables;
    private long _waited;

    public string Name => "strangers";

    public string About => "a REPEATABLE READ transaction pins xmin, another idles with locks on our rows, the table of events is locked now and then";

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        await using var pin = await Session.OpenAsync(scene.AdminConnectionString);
        await pin.RunAsync("BEGIN ISOLATION LEVEL REPEATABLE READ");
        var before = await pin.AskAsync<string>("SELECT txid_current_snapshot()::text");
        do
        {
            await HoldRowsAsync(scene, end);
            await HoldTableAsync(scene, end);
            _passed = await PassedAsync(scene, before);
        }
        while (!end.IsCancellationRequested);
        await pin.RunAsync("ROLLBACK");
    }

    public bool HasStruck => _passed > 0 && _rows > 0 && _tables > 0 && _waited > 0;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"{_passed} transactions went by a pinned snapshot, {_rows} rows were locked, the table {_tables} times, {_waited} sessions waited for a lock")
        : string.Create(CultureInfo.InvariantCulture, $"xmin pinned over {_passed} transactions; {_rows} rows locked; event locked {_tables} times, {_waited} sessions seen waiting");

    // The age of the oldest snapshot that a session of the server holds back.
    private static async Task<long> PassedAsync(Scene scene, string pinned)
    {
        await using var watch = await Session.OpenAsync(scene.AdminConnectionString);
        return await watch.AskAsync<long>($"SELECT txid_snapshot_xmax(txid_current_snapshot()) - txid_snapshot_xmax('{pinned}'::txid_snapshot)");
    }

    private async Task HoldRowsAsync(Scene scene, CancellationToken end)
    {
        await using var holder = await Session.OpenAsync(scene.AdminConnectionString);
        await holder.RunAsync("BEGIN");
        foreach (var table in Locked)
            _rows += await holder.AskAsync<long>($"WITH r AS (SELECT FROM {scene.Schema}.{table} ORDER BY ctid DESC LIMIT 20000 FOR UPDATE SKIP LOCKED) SELECT count(*) FROM r");
        await end.HoldsAsync(RowsFor);
        await SeeWaitingAsync(scene);
        await holder.RunAsync("ROLLBACK");
        await end.HoldsAsync(Between);
    }

    private async Task HoldTableAsync(Scene scene, CancellationToken end)
    {
        if (end.IsCancellationRequested)
            return;
        await using var holder = await Session.OpenAsync(scene.AdminConnectionString);
        await holder.RunAsync($"BEGIN; LOCK TABLE {scene.Schema}.event IN ACCESS EXCLUSIVE MODE");
        _tables++;
        await end.HoldsAsync(TableFor);
        await SeeWaitingAsync(scene);
        await holder.RunAsync("ROLLBACK");
        await end.HoldsAsync(Between);
    }

    private async Task SeeWaitingAsync(Scene scene)
    {
        await using var watch = await Session.OpenAsync(scene.AdminConnectionString);
        _waited += await watch.AskAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    }
}
