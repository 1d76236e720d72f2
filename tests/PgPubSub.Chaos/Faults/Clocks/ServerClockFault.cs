using System.Globalization;
using PgPubSub.Chaos.Scenes;
using PgPubSub.Testing;

namespace PgPubSub.Chaos.Faults.Clocks;

/// <summary>The server's wall clock steps by an hour, forth and back.</summary>
internal sealed class ServerClockFault : IFault
{
    // An hour off at first, so that it also steps to before the first event.
    private static readonly TimeSpan[] Steps = [TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromHours(-1), TimeSpan.FromMinutes(5)];

    private FakeClock? _clock;
    private int _seen;

    public string Name => "server-clock";

    public string About => "the server's wall clock steps an hour ahead, an hour back and on";

    public string? Missing => FakeClock.Missing;

    public void Configure(ThrowawayOptions options)
    {
        _clock = new FakeClock(TimeSpan.Zero);
        foreach (var variable in _clock.Environment)
            options.Environment.Add(variable);
    }

    public async Task StrikeAsync(Scene scene, CancellationToken end)
    {
        for (var step = 0; !end.IsCancellationRequested; step++)
        {
            var off = Steps[step % Steps.Length];
            _clock!.Set(off);
            await end.HoldsAsync(FakeClock.SeenAfter);
            if (Math.Abs((await OffAsync(scene.AdminConnectionString) - off).TotalSeconds) < 60)
                _seen++;
        }

        _clock!.Set(TimeSpan.Zero);
    }

    public bool HasStruck => _seen >= 2;

    public string Proof() => !HasStruck
        ? throw new FaultDidNotStrikeException($"the server was seen to follow {_seen} steps of its clock")
        : string.Create(CultureInfo.InvariantCulture, $"{_seen} steps of the server's clock");

    public ValueTask DisposeAsync()
    {
        _clock?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>By how much a server's clock is ahead of the machine's.</summary>
    public static async Task<TimeSpan> OffAsync(string connectionString)
    {
        await using var watch = await Session.OpenAsync(connectionString);
        var told = await watch.AskAsync<DateTime>("SELECT clock_timestamp()");
        return told - TimeProvider.System.GetUtcNow().UtcDateTime;
    }
}
