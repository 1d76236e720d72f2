using Akka.Actor;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Who waits for a subscription to be idle, and up to which offset.</summary>
internal sealed class IdleWatch
{
    private readonly List<(IActorRef Asker, long Tail)> _waiting = [];

    /// <summary>Whether somebody waits: nobody does, nearly always, and each message looks.</summary>
    public bool Any => _waiting.Count > 0;

    public void Add(IActorRef asker, long tail) => _waiting.Add((asker, tail));

    public void Look(Func<long, bool> isIdleAt) => _waiting.RemoveAll(waiting =>
    {
        if (!isIdleAt(waiting.Tail))
            return false;
        waiting.Asker.Tell(Idle.Instance);
        return true;
    });
}
