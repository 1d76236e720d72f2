namespace PgPubSub.Postgres.Tests.Verification;

/// <summary>In place of a wait of one length something happens, and the wait is over.</summary>
public sealed class HealingClock(TimeSpan wait, Func<Task> heal) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != wait)
            return base.CreateTimer(callback, state, dueTime, period);
        heal().GetAwaiter().GetResult();
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
