using Akka.Actor;

namespace PgPubSub.Actors.Nodes;

/// <summary>
/// The node's one permit to have a message out that may be what kills nodes: if the node dies with it out, it is known to be the killer. Whoever asks waits in line.
/// </summary>
internal sealed class SuspectPermit
{
    private readonly LinkedList<IActorRef> _line = new();

    public void Ask(IActorRef subscription)
    {
        if (_line.Contains(subscription))
            return;
        _line.AddLast(subscription);
        if (_line.First!.Value.Equals(subscription))
            subscription.Tell(PermitGranted.Instance);
    }

    /// <summary>The holder gives it back, or one in line gives up.</summary>
    public void Return(IActorRef subscription)
    {
        var held = _line.First?.Value.Equals(subscription) is true;
        _line.Remove(subscription);
        if (held)
            _line.First?.Value.Tell(PermitGranted.Instance);
    }
}

/// <summary>Asks for the permit.</summary>
internal sealed record PermitWanted : INoSerializationVerificationNeeded
{
    public static readonly PermitWanted Instance = new();
}

/// <summary>The permit is the receiver's.</summary>
internal sealed record PermitGranted : INoSerializationVerificationNeeded
{
    public static readonly PermitGranted Instance = new();
}

/// <summary>The permit comes back, or is not wanted any more.</summary>
internal sealed record PermitReturned : INoSerializationVerificationNeeded
{
    public static readonly PermitReturned Instance = new();
}
