using Npgsql;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults;

/// <summary>A member is frozen until the other has taken over what it held, and goes on then.</summary>
internal sealed class FreezesFault(Terms terms) : IFault
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50), Past = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(15);

    private readonly Random _random = new(terms.Seed);
    private int _freezes, _takenOver;
    private long _held;

    public string Name => "freezes";

    public string About => "a member is frozen by SIGSTOP past the time-to-live, and goes on when it was taken over";

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        await using var admin = NpgsqlDataSource.Create(scene.AdminConnectionString);
        do
        {
            var member = scene.Members[_random.Next(scene.Members.Count)];
            member.Signal("STOP");
            try
            {
                _held += member.Held;
                await Task.Delay(terms.TimeToLive + Past, CancellationToken.None);
                for (var waited = TimeSpan.Zero; await IsRegisteredAsync(admin, scene.Schema, member.Name) && waited < Patience; waited += Glance)
                    await Task.Delay(Glance, CancellationToken.None);
                _takenOver += await IsRegisteredAsync(admin, scene.Schema, member.Name) ? 0 : 1;
            }
            finally
            {
                member.Signal("CONT");
            }

            _freezes++;
        }
        while (await Pause.LastsAsync(_random, terms.Long, (3, 6), (2, 3), end));
    }

    public bool NodesMayDie => true;

    public bool HasStruck => _takenOver > 0;

    public string Proof() => HasStruck
        ? $"{_freezes} freezes, {_takenOver} of them until the member was taken over; it held {_held} events in all"
        : throw new FaultDidNotStrikeException($"In none of {_freezes} freezes was the member taken over.");

    private static async Task<bool> IsRegisteredAsync(NpgsqlDataSource admin, string schema, string name)
    {
        await using var command = admin.CreateCommand($"SELECT EXISTS (SELECT FROM {schema}.node WHERE name = $1)");
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        return await command.ExecuteScalarAsync(CancellationToken.None) is true;
    }
}
