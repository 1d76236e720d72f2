using Akka.Actor;
using PgPubSub.Actors;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams.Feeds;

/// <summary>What a feed subscribes to.</summary>
internal sealed record FeedPlan(TopicSet Topics, string? Group, StartFrom? From, int Window)
{
    public GroupRules? Rules { get; init; }

    /// <summary>Where some topics begin instead.</summary>
    public IReadOnlyDictionary<string, long>? Offsets { get; init; }

    /// <summary>Whether the stage wants to know how far the topic had come when it began.</summary>
    public bool UpToNow { get; init; }

    public Subscribe Subscribe(string topic, IActorRef consumer) =>
        new(topic, Group, Offsets?.TryGetValue(topic, out var offset) is true ? StartFrom.Offset(offset) : From, Window, consumer, Rules);

    public SubscribePattern SubscribePattern(IActorRef consumer) => new(Topics.Pattern!, Group, From, Window, consumer, Rules, Group is null ? Offsets : null);
}
