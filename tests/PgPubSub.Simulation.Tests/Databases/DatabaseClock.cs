using PgPubSub.Simulation.Tests.Worlds;

namespace PgPubSub.Simulation.Tests.Databases;

/// <summary>The server's clock, which somebody may set.</summary>
internal sealed class DatabaseClock(World world) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => Start + world.Now + _ahead;

    public void StepBy(TimeSpan jump) => _ahead += jump;
}
