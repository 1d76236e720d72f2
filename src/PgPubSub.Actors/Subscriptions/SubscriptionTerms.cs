using PgPubSub.Actors.Telemetry;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>What a subscription is of; Group is the private subscriber's name where there is no group.</summary>
internal sealed record SubscriptionTerms(
    string Topic, string Group, StartFrom From, GroupRules Rules, Retention Retention, IPayloadSerializer Serializer, NodeTelemetry Node, SubscriptionTelemetry Telemetry)
{
    /// <summary>Whether the rules were named by whoever subscribed: then they replace those that are stored with the group.</summary>
    public bool Change { get; init; }
}
