using Akka.Actor;

namespace PgPubSub.Actors;

/// <summary>Keeps one timer at the moment that a machine asks for; a later moment leaves an earlier timer as it is.</summary>
internal sealed class TickTimer(ITimerScheduler timers, MachineClock clock)
{
    private const string Key = "tick";
    private TimeSpan? _at;

    /// <summary>What the actor gets when the moment has come.</summary>
    public sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    public void Rang() => _at = null;

    public void Set(TimeSpan? at)
    {
        if (at is not { } moment || _at <= moment)
            return;
        _at = moment;
        var wait = moment - clock.Now;
        timers.StartSingleTimer(Key, Tick.Instance, wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }
}
