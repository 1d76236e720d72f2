using Akka.Actor;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>A subscription: its consumers, its actor while it runs, and what is needed to bring that back after a crash.</summary>
internal sealed class SubscriptionEntry(string topic, string? group, Func<SubscriptionEntry, Props> props)
{
    public string Topic { get; } = topic;

    public string? Group { get; } = group;

    public Dictionary<IActorRef, Attach> Consumers { get; } = [];

    /// <summary>Nobody while it waits to come back.</summary>
    public IActorRef Actor { get; set; } = ActorRefs.Nobody;

    public TopicId? TopicId { get; set; }

    public GroupKey? Key { get; set; }

    /// <summary>Whether it stood once: then what its request wanted of the group is done.</summary>
    public bool Stood { get; set; }

    /// <summary>Where a private subscriber goes on after a crash.</summary>
    public ReadMark Mark { get; } = new();

    public int Crashes { get; set; }

    public Props Props => props(this);
}
