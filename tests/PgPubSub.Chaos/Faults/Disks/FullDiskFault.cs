using System.Globalization;
using Npgsql;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Faults.Disks;

/// <summary>The file system of the data folder, log and write-ahead log included, is full and is freed. A server that gave up is started again, as its owner would.</summary>
internal sealed class FullDiskFault : IFault
{
    private const int Megabytes = 512;

    // A table that grows, which is refused; and more write-ahead log than there is a file for, after which a server gives up.
    private const string Grow = "INSERT INTO public.probe SELECT repeat('x', 1000) FROM generate_series(1, 4000)";
    private const string WriteAhead = "SELECT count(pg_logical_emit_message(false, 'chaos', repeat('x', 1000000))) FROM generate_series(1, 200)";
    private const string Panic = "PANIC";

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private SmallDisk? _disk;
    private long _ballast;
    private int _refused;
    private int _fell;
    private int _freed;

    public string Name => "full-disk";

    public string About => "the file system of the data folder is full and is freed";

    public string? Missing => SmallDisk.Missing;

    public void Configure(ThrowawayOptions options)
    {
        _disk = SmallDisk.MountAsync(Megabytes).GetAwaiter().GetResult();
        options.ParentFolder = _disk.Folder;
        options.Settings.Add(("max_wal_size", "64MB"));
        options.Settings.Add(("min_wal_size", "32MB"));
    }

    public async Task PrepareAsync(Scene scene)
    {
        await using var owner = await Session.OpenAsync(scene.AdminConnectionString);
        await owner.RunAsync("CREATE TABLE public.probe (what text)");
    }

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        var (fullFor, freeFor) = scene.Terms.Long ? (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)) : (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        do
        {
            using (var full = CancellationTokenSource.CreateLinkedTokenSource(end))
            {
                full.CancelAfter(fullFor);
                await FillAsync(scene, full.Token);
            }

            _disk!.Free();
            await UpAsync(scene);
            _freed++;
        }
        while (await end.HoldsAsync(freeFor));
    }

    public bool HasStruck => _refused > 0 && _fell > 0 && _freed > 1;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"{_refused} writes were refused for want of space, {_fell} times the server gave up, {_freed} times the disk was freed")
        : string.Create(CultureInfo.InvariantCulture, $"filled and freed {_freed} times by {_ballast >> 20} MB: {_refused} writes of the fault's own refused for want of space, {_fell} times the server gave up because its write-ahead log had none");

    public ValueTask DisposeAsync() => _disk?.DisposeAsync() ?? ValueTask.CompletedTask;

    // By turns a disk on which tables can't grow, and one on which not even the write-ahead log can.
    private async Task FillAsync(Scene scene, CancellationToken end)
    {
        var (isLog, fell) = (_freed % 2 == 1, false);
        do
        {
            _ballast += _disk!.Fill();
            fell |= !await TryAsync(scene, isLog && !fell ? WriteAhead : Grow) && isLog;
        }
        while (await end.HoldsAsync(Between));
        _fell += fell ? 1 : 0;
    }

    // False where there is no server for it, or none any more.
    private async Task<bool> TryAsync(Scene scene, string sql)
    {
        try
        {
            await using var writer = await Session.OpenAsync(scene.AdminConnectionString);
            await writer.RunAsync(sql);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull && e.InvariantSeverity != Panic)
        {
            _refused++;
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            return false;
        }
    }

    private static async Task UpAsync(Scene scene)
    {
        while (true)
        {
            try
            {
                await using var owner = await Session.OpenAsync(scene.AdminConnectionString);
                await owner.RunAsync("TRUNCATE public.probe");
                return;
            }
            catch (Exception e) when (e is PostgresException or IOException)
            {
                await Task.Delay(Between); // it recovers
            }
            catch (NpgsqlException)
            {
                await scene.Server.RestartAsync(StopMode.Immediate);
            }
        }
    }
}
