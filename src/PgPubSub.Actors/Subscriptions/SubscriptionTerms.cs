using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>What a subscription is of; Group is the private subscriber's name where there is no group.</summary>
internal sealed record SubscriptionTerms(string Topic, string Group, StartFrom From, GroupRules Rules, IPayloadSerializer Serializer);
