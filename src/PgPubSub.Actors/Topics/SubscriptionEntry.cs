using Akka.Actor;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Topics;

/// <summary>A subscription's actor, and what is needed to bring it back after a crash.</summary>
internal sealed class SubscriptionEntry(string topic, string? group, Func<SubscriptionEntry, Props> props)
{
    public string Topic { get; } = topic;

    public string? Group { get; } = group;

    public Dictionary<IActorRef, Attach> Consumers { get; } = [];

    public IActorRef Actor { get; set; } = ActorRefs.Nobody;

    public TopicId? TopicId { get; set; }

    public GroupKey? Key { get; set; }

    public int Crashes { get; set; }

    public Props Props => props(this);
}
