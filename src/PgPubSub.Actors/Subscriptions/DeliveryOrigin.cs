using Akka.Actor;
using PgPubSub.Actors.Telemetry;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>What all deliveries of a subscription have in common; held once.</summary>
internal sealed record DeliveryOrigin(string Topic, string? Group, IPayloadSerializer Serializer, IActorRef Subscription, SubscriptionTelemetry? Telemetry = null);
