using Akka.Actor;
using PgPubSub.Core.Faults;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>When a subscription that can't be opened tries again.</summary>
internal sealed class OpenTimer(ITimerScheduler timers, MachineClock clock)
{
    private const string Key = "open";

    private readonly Backoff _backoff = Backoff.OfStore();

    /// <summary>It failed. True where that is the first time since it last succeeded: more need not be said of an outage.</summary>
    public bool Failed()
    {
        var (now, isFirst) = (clock.Now, _backoff.Until is null);
        _backoff.Fail(now);
        timers.StartSingleTimer(Key, Open.Instance, _backoff.Until!.Value - now);
        return isFirst;
    }

    public void Succeeded() => _backoff.Clear();

    /// <summary>What the actor gets when it is to try.</summary>
    public sealed record Open
    {
        public static readonly Open Instance = new();
    }
}
