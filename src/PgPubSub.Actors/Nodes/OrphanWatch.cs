using Akka.Actor;

namespace PgPubSub.Actors.Nodes;

/// <summary>Asks whether the database has claims under this node's name that nobody here knows; answered with <see cref="OrphansSeen"/> after a beat that was sent later.</summary>
internal sealed record FindOrphans : INoSerializationVerificationNeeded
{
    public static readonly FindOrphans Instance = new();
}

/// <summary>Whether there were any. They go back with the beats that follow.</summary>
internal sealed record OrphansSeen(bool Any) : INoSerializationVerificationNeeded;

/// <summary>Those who ask for orphans, and which beat answers whom: one that was under way may have looked too early.</summary>
internal sealed class OrphanWatch
{
    private readonly List<IActorRef> _asking = [], _asked = [];

    public void Add(IActorRef asker) => _asking.Add(asker);

    /// <summary>A beat is sent.</summary>
    public void Sent()
    {
        _asked.AddRange(_asking);
        _asking.Clear();
    }

    /// <summary>It failed: the next one tells.</summary>
    public void Failed()
    {
        _asking.AddRange(_asked);
        _asked.Clear();
    }

    public void Seen(bool any)
    {
        _asked.ForEach(asker => asker.Tell(new OrphansSeen(any)));
        _asked.Clear();
    }
}
