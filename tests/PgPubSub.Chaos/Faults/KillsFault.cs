using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults;

/// <summary>A member is killed while it holds events, and started again.</summary>
internal sealed class KillsFault(Terms terms) : IFault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Random _random = new(terms.Seed);
    private int _kills, _holding;
    private long _held;

    public string Name => "kills";

    public string About => "a member is killed by SIGKILL while it holds events, and started again, over and over";

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        do
        {
            var member = scene.Members[_random.Next(scene.Members.Count)];
            var held = await member.KillHoldingAsync(Patience);
            _kills++;
            _holding += held > 0 ? 1 : 0;
            _held += held;
            await member.StartAsync();
        }
        while (await Pause.LastsAsync(_random, terms.Long, (1, 5), (0.3, 1), end));
    }

    public bool NodesMayDie => true;

    public bool HasStruck => _holding > 0;

    public string Proof() => HasStruck
        ? $"{_kills} kills, {_holding} of them while events were held, {_held} in all"
        : throw new FaultDidNotStrikeException($"None of {_kills} kills met an event in hand.");
}
