using Akka.Actor;
using Akka.Event;

namespace PgPubSub.Actors.Handlers;

/// <summary>Handlers that can't be made at present: told once when that begins, and once when it is over, however many messages it meets. Used by its actor alone.</summary>
internal sealed class HandlerOutages(HandlerTerms terms, ITimerScheduler timers, ILoggingAdapter logger)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly HashSet<Type> _unavailable = [];

    public void Failed(HandlerUnavailableException failure)
    {
        timers.Cancel(failure.Handler);
        if (_unavailable.Add(failure.Handler))
            logger.Warning("Group {0} of {1}: {2} Its events are nacked", terms.Subscribe.Group, terms.Subscribe.Topic, failure.Message);
    }

    /// <summary>It is over when for a while no other failed.</summary>
    public void Made(Type handler)
    {
        if (_unavailable.Contains(handler) && !timers.IsTimerActive(handler))
            timers.StartSingleTimer(handler, new Over(handler), Rest);
    }

    public void End(Over over)
    {
        if (_unavailable.Remove(over.Handler))
            logger.Info("Group {0} of {1}: the handler {2} can be made again", terms.Subscribe.Group, terms.Subscribe.Topic, over.Handler);
    }

    internal sealed record Over(Type Handler);
}
