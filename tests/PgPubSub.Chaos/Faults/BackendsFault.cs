using Npgsql;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults;

/// <summary>Random sessions of the workers are ended by the server, one after another.</summary>
internal sealed class BackendsFault(Terms terms) : IFault
{
    private readonly Random _random = new(terms.Seed);
    private int _ended;

    public string Name => "backends";

    public string About => "a random session of the workers is ended by pg_terminate_backend several times a second";

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        await using var admin = NpgsqlDataSource.Create(scene.AdminConnectionString);
        while (await Pause.LastsAsync(_random, terms.Long, (0.02, 0.6), (0.02, 0.4), end))
        {
            await using var find = admin.CreateCommand($"SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> '{NodeWatch.SessionName}' ORDER BY pid");
            var pids = new List<int>();
            await using (var rows = await find.ExecuteReaderAsync(CancellationToken.None))
            {
                while (await rows.ReadAsync(CancellationToken.None))
                    pids.Add(rows.GetInt32(0));
            }

            if (pids.Count == 0)
                continue;
            await using var terminate = admin.CreateCommand("SELECT pg_terminate_backend($1)");
            terminate.Parameters.Add(new NpgsqlParameter { Value = pids[_random.Next(pids.Count)] });
            if (await terminate.ExecuteScalarAsync(CancellationToken.None) is true)
                _ended++;
        }
    }

    public bool NodesMayDie => true;

    public bool HasStruck => _ended > 0;

    public string Proof() => HasStruck ? $"{_ended} sessions ended" : throw new FaultDidNotStrikeException("No session was ended.");
}
