using PgPubSub.Chaos.Scenes;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Faults;

/// <summary>The server is stopped, in order and as in a crash by turns, and started again.</summary>
internal sealed class RestartsFault(Terms terms) : IFault
{
    private readonly Random _random = new(terms.Seed);
    private int _fast, _immediate;

    public string Name => "restarts";

    public string About => "PostgreSQL is stopped, fast and immediate by turns, and started again every 5 to 20 s";

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        do
        {
            var mode = _fast <= _immediate ? StopMode.Fast : StopMode.Immediate;
            await scene.Server.StopAsync(mode, CancellationToken.None);
            await Pause.LastsAsync(_random, terms.Long, (0, 3), (0, 0.5), end);
            await scene.Server.RestartAsync(mode, CancellationToken.None);
            _ = mode is StopMode.Fast ? _fast++ : _immediate++;
        }
        while (await Pause.LastsAsync(_random, terms.Long, (5, 20), (1.5, 2.5), end));
    }

    public bool HasStruck => _fast > 0 && _immediate > 0;

    public string Proof() => HasStruck
        ? $"{_fast} fast and {_immediate} immediate stops"
        : throw new FaultDidNotStrikeException($"There were {_fast} fast and {_immediate} immediate stops.");
}
