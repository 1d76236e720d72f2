using System.Globalization;
using Npgsql;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Faults.Disks;

/// <summary>The file system of the data folder, log and write-ahead log included, is full and is freed. A server that gave up is started again, as its owner would.</summary>
internal sealed class FullDiskFault : IFault
{
    private const int Megabytes = 512;
    private const string Probe = "INSERT INTO public.probe SELECT repeat('x', 1000) FROM generate_series(1, 4000)";

    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FreeFor = TimeSpan.FromSeconds(2);
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
        do
        {
            using (var full = CancellationTokenSource.CreateLinkedTokenSource(end))
            {
                full.CancelAfter(FullFor);
                do
                {
                    _ballast += _disk!.Fill();
                    await ProbeAsync(scene);
                }
                while (await full.Token.HoldsAsync(Between));
            }

            _disk.Free();
            await UpAsync(scene);
            _freed++;
        }
        while (await end.HoldsAsync(FreeFor));
    }

    public string Proof() => _refused == 0 || _freed == 0
        ? throw new FaultDidNotStrikeException($"{_refused} writes were refused for want of space, {_fell} found no server")
        : string.Create(CultureInfo.InvariantCulture, $"filled and freed {_freed} times by {_ballast >> 20} MB: {_refused} writes of the fault's own refused for want of space, {_fell} found the server down");

    public ValueTask DisposeAsync() => _disk?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task ProbeAsync(Scene scene)
    {
        try
        {
            await using var writer = await Session.OpenAsync(scene.AdminConnectionString);
            await writer.RunAsync(Probe);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull)
        {
            _refused++;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            _fell++;
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
