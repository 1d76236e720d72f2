using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using PgPubSub.Chaos.Faults;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Tests.Faults;

/// <summary>A bare server with plain traffic in the workers' place, struck by a fault.</summary>
internal sealed class Struck : IAsyncDisposable
{
    private const int Writers = 4;

    // What the faults touch of the library's tables.
    private const string Tables = """
        CREATE SCHEMA chaos;
        CREATE TABLE chaos.event (n bigint, event_id uuid DEFAULT '00000000-0000-7000-8000-000000000000', published_at timestamptz DEFAULT clock_timestamp());
        CREATE TABLE chaos.topic (n bigint); CREATE TABLE chaos.subscription (n bigint); CREATE TABLE chaos.cursor (n bigint);
        CREATE TABLE chaos.node (n bigint); CREATE TABLE chaos.lease (n bigint)
        """;

    private readonly IFault _fault;
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentBag<string> _failures = [];
    private readonly ConcurrentBag<long> _confirmed = [];
    private readonly HashSet<string> _awaited;
    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Scene? _scene;
    private long _last;

    private Struck(IFault fault, IEnumerable<string> awaited)
    {
        _fault = fault;
        _awaited = [.. awaited];
        if (_awaited.Count == 0)
            _met.SetResult();
    }

    /// <summary>What went wrong for the traffic while the fault struck: SQLSTATEs, and "gone" for a session that was lost.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Rows that were confirmed and are not there.</summary>
    public IReadOnlyList<long> Lost { get; private set; } = [];

    /// <summary>What the fault says for itself.</summary>
    public string Proof { get; private set; } = "";

    public Scene Scene => _scene!;

    /// <summary>Strikes for a time, and on until the fault has struck and the traffic has met each of the failures that are awaited; waits until the fault says that all is as it was; then a write must work at once.</summary>
    public static async Task<Struck> ByAsync(IFault fault, TimeSpan time, params IEnumerable<string> awaited)
    {
        var struck = new Struck(fault, awaited);
        try
        {
            await struck.RunAsync(time);
            return struck;
        }
        catch
        {
            await struck.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_scene is not null)
            await _scene.DisposeAsync();
        await _fault.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RunAsync(TimeSpan time)
    {
        _scene = await Scene.SetAsync(_fault, new Terms(1, Long: false), _folder.Path);
        await using (var owner = await Session.OpenAsync(_scene.AdminConnectionString))
            await owner.RunAsync(Tables);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_scene.WorkerConnectionString) { Timeout = 5, CommandTimeout = 10 });
        using var over = new CancellationTokenSource();
        var traffic = Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteAsync(source, over.Token))).ToList();
        await _fault.StrikeForAsync(_scene, time, _met.Task);
        await over.CancelAsync();
        await Task.WhenAll(traffic);

        source.Clear();
        Assert.Null(await TryWriteAsync(source));
        Proof = _fault.Proof();
        Lost = await LostAsync();
    }

    private async Task WriteAsync(NpgsqlDataSource source, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (await TryWriteAsync(source) is not { } failure)
                continue;
            Meet(failure);
            await over.HoldsAsync(TimeSpan.FromMilliseconds(20));
        }
    }

    private void Meet(string failure)
    {
        _failures.Add(failure);
        lock (_awaited)
        {
            if (_awaited.Remove(failure) && _awaited.Count == 0)
                _met.SetResult();
        }
    }

    private async Task<string?> TryWriteAsync(NpgsqlDataSource source)
    {
        var n = Interlocked.Increment(ref _last);
        try
        {
            await using var command = source.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO chaos.event (n) VALUES ({n})"));
            await command.ExecuteNonQueryAsync();
            _confirmed.Add(n);
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
        catch (NpgsqlException)
        {
            return "gone";
        }
    }

    private async Task<IReadOnlyList<long>> LostAsync()
    {
        await using var owner = await Session.OpenAsync(Scene.AdminConnectionString);
        var there = await owner.AskAsync<long[]>("SELECT array_agg(n) FROM chaos.event");
        Assert.NotEmpty(there);
        return [.. _confirmed.Except(there)];
    }
}
