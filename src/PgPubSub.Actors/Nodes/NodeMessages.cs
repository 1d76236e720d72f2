using Akka.Actor;
using PgPubSub.Core.Nodes;

namespace PgPubSub.Actors.Nodes;

/// <summary>Under which id this node claims from now on; null: under none.</summary>
internal sealed record NodeBecame(Guid? Node) : INoSerializationVerificationNeeded;

/// <summary>While the node can't say that it is alive, nothing is handed out.</summary>
internal sealed record NodeSuspended(bool Suspended) : INoSerializationVerificationNeeded;

/// <summary>The listener holds the node's presence lock, or doesn't.</summary>
internal sealed record PresenceChanged(bool Held) : INoSerializationVerificationNeeded;

/// <summary>Another node's messages became retries: every group here looks.</summary>
internal sealed record TookOver(string Name) : INoSerializationVerificationNeeded;

/// <summary>Other nodes are gone, by whose hand does not matter: their messages became retries as well.</summary>
internal sealed record NodesVanished : INoSerializationVerificationNeeded
{
    public static readonly NodesVanished Instance = new();
}

/// <summary>What the poll has seen of the other nodes; the first after a failure says so.</summary>
internal sealed record OthersSeen(IReadOnlyList<NodeSighting> Others, bool AfterOutage) : INoSerializationVerificationNeeded;

/// <summary>Groups that are served here have work, here or elsewhere: a node that dies now may hold some of it.</summary>
internal sealed record GroupsActive : INoSerializationVerificationNeeded
{
    public static readonly GroupsActive Instance = new();
}

/// <summary>The listener was away: everybody looks.</summary>
internal sealed record CatchUp : INoSerializationVerificationNeeded
{
    public static readonly CatchUp Instance = new();
}

/// <summary>Asks the node to leave; answered with <see cref="Departed"/>.</summary>
internal sealed record Depart : INoSerializationVerificationNeeded
{
    public static readonly Depart Instance = new();
}

/// <summary>The node has left.</summary>
internal sealed record Departed : INoSerializationVerificationNeeded
{
    public static readonly Departed Instance = new();
}
