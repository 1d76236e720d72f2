using System.Globalization;
using PgPubSub.Chaos.Scenes;

namespace PgPubSub.Chaos.Faults.Clocks;

/// <summary>The wall clock of one member and one publisher is an hour off and jumps.</summary>
internal sealed class NodeClockFault : IFault
{
    private static readonly TimeSpan[] Steps = [TimeSpan.FromHours(-1), TimeSpan.FromHours(1), TimeSpan.FromDays(-400), TimeSpan.FromMinutes(2)];

    private FakeClock? _clock;
    private int _steps;
    private long _fooled;

    public string Name => "node-clock";

    public string About => "the wall clock of one member and one publisher is an hour off and jumps; their monotonic clock is right";

    public string? Missing => FakeClock.Missing;

    public Task PrepareAsync(Scene scene)
    {
        _clock = new FakeClock(TimeSpan.FromHours(1));
        foreach (var worker in (WorkerProcess[])[scene.Members[0], scene.Publishers[0]])
        {
            foreach (var variable in _clock.Environment)
                worker.Environment.Add(variable);
        }

        return Task.CompletedTask;
    }

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        bool goesOn;
        do
        {
            _clock!.Set(Steps[_steps++ % Steps.Length]);
            goesOn = await end.HoldsAsync(FakeClock.SeenAfter);
            _fooled = await FooledAsync(scene);
        }
        while (goesOn);
        _clock!.Set(TimeSpan.FromHours(1));
    }

    public bool HasStruck => _steps >= 2 && _fooled > 0;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"{_fooled} events bear an id of a clock that jumped {_steps} times")
        : string.Create(CultureInfo.InvariantCulture, $"{_steps} jumps of the clock; the ids of {_fooled} events bear an hour that is wrong");

    public ValueTask DisposeAsync()
    {
        _clock?.Dispose();
        return ValueTask.CompletedTask;
    }

    // An event's id begins with the milliseconds of its node's clock (UUID v7).
    private static async Task<long> FooledAsync(Scene scene)
    {
        await using var watch = await Session.OpenAsync(scene.AdminConnectionString);
        return await watch.AskAsync<long>(
            $"SELECT count(*) FROM {scene.Schema}.event WHERE abs(('x' || left(replace(event_id::text, '-', ''), 12))::bit(48)::bigint - extract(epoch FROM published_at) * 1000) > 1800000");
    }
}
