using Akka.Actor;
using PgPubSub.Actors.Nodes;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Nodes;
using PgPubSub.Core.Readers;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors.Topics;

/// <summary>Makes a subscription of a request, with the recipe for its actor: the first and each that comes after a crash.</summary>
internal sealed class SubscriptionFactory(Stores stores, PgPubSubSettings settings, ClaimBook claims, MarkBook marks, RecentPages recent, Liveness liveness, TimeProvider time)
{
    public SubscriptionEntry Make(Subscribe request, Func<Guid?> node)
    {
        var rules = request.Rules ?? settings.Rules;
        return request.Group is { } group
            ? Group(
                new SubscriptionTerms(request.Topic, group, request.From ?? StartFrom.Earliest, rules, settings.Retention, settings.Serializer,
                    settings.Telemetry, settings.Telemetry.Subscription(request.Topic, group))
                {
                    Change = request.Rules is not null,
                },
                node)
            : Private(
                new SubscriptionTerms(
                    request.Topic, $"private subscriber {Guid.CreateVersion7()} on {settings.NodeName}", request.From ?? StartFrom.Latest, rules,
                    settings.Retention, settings.Serializer, settings.Telemetry, settings.Telemetry.Subscription(request.Topic, null)),
                node);
    }

    private SubscriptionEntry Group(SubscriptionTerms terms, Func<Guid?> node) =>
        new(terms.Topic, terms.Group, entry => SubscriptionActor.Props(terms with { Change = terms.Change && !entry.Stood }, stores, claims, liveness, node(), time));

    private SubscriptionEntry Private(SubscriptionTerms terms, Func<Guid?> node) =>
        new(terms.Topic, null, entry => PrivateSubscriptionActor.Props(
            entry.Mark.Low is { } low ? terms with { From = StartFrom.Offset(low) } : terms, entry.Consumers.Values.First(), entry.Mark, marks, recent, stores, node(), time));
}
