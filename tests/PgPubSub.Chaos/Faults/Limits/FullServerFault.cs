using System.Globalization;
using Npgsql;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Faults.Limits;

/// <summary>Idle sessions take every place of the server, those of the workers included: they are ended and meet a server that is full.</summary>
internal sealed class FullServerFault : IFault
{
    /// <summary>The server's max_connections.</summary>
    public const int Places = 60;

    private const string Filler = "filler";
    private static readonly TimeSpan BetweenFills = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan BetweenEnds = TimeSpan.FromMilliseconds(300);

    private int _most;
    private int _refused;
    private long _ended;

    public string Name => "full-server";

    public string About => string.Create(CultureInfo.InvariantCulture, $"idle connections fill the server's limit of {Places}, and the workers' own sessions are ended meanwhile");

    public void Configure(ThrowawayOptions options)
    {
        // The workers come as the superuser, for whom no place is kept.
        options.Settings.Add(("max_connections", Places.ToString(CultureInfo.InvariantCulture)));
    }

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        await using var killer = await Session.OpenAsync(scene.AdminConnectionString, Filler);
        var held = new List<Session>();
        try
        {
            await FillAsync(scene, held);
            await Task.WhenAll(KeepFullAsync(scene, held, end), EndSessionsAsync(killer, end));
        }
        finally
        {
            foreach (var session in held)
                await session.DisposeAsync();
        }
    }

    public bool NodesMayDie => true;

    public bool HasStruck => _refused > 0 && _ended > 0;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"{_most} idle sessions were refused {_refused} times, {_ended} sessions of others were ended")
        : string.Create(CultureInfo.InvariantCulture, $"up to {_most} idle sessions, full {_refused} times; {_ended} sessions of workers ended");

    // What is ended takes a moment to leave its place, and who is quicker than its owner has it.
    private async Task KeepFullAsync(Scene scene, List<Session> held, CancellationToken end)
    {
        while (await end.HoldsAsync(BetweenFills))
            await FillAsync(scene, held);
    }

    private async Task EndSessionsAsync(Session killer, CancellationToken end)
    {
        do
        {
            _ended += await killer.AskAsync<long>(
                $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name NOT IN ('{Filler}', '{NodeWatch.SessionName}')");
        }
        while (await end.HoldsAsync(BetweenEnds));
    }

    // Until the server says that it is full.
    private async Task FillAsync(Scene scene, List<Session> held)
    {
        while (true)
        {
            try
            {
                held.Add(await Session.OpenAsync(scene.AdminConnectionString, Filler));
                _most = Math.Max(_most, held.Count + 1);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                _refused++;
                return;
            }
        }
    }
}
