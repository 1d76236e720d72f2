using Akka.Actor;

namespace PgPubSub.Streams.Feeds;

/// <summary>What every stage that reads is told.</summary>
internal sealed record SourcePlan(ActorSystem System, string? Instance, FeedPlan Feed, OutageMode OnOutage, LostHistoryMode OnLostHistory);
