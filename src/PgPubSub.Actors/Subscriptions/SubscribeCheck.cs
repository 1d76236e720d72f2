using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Retries;
using PgPubSub.Core.Subscriptions;
using PgPubSub.Core.Topics;

namespace PgPubSub.Actors.Subscriptions;

/// <summary>Says what is wrong with a request to subscribe.</summary>
internal static class SubscribeCheck
{
    public static string? Problem(Subscribe request) => Problems(request).FirstOrDefault();

    public static IEnumerable<string> Problems(Subscribe request)
    {
        string?[] problems =
        [
            NameRule.Problem("topic", request.Topic),
            request.Group is null ? null : NameRule.Problem("group", request.Group),
            request.From is StartFrom.AtOffset { Value: < 0 } ? "The offset to start from is negative." : null,
            request.Window is < 1 or > 10_000 ? "Window must be between 1 and 10000." : null,
            .. request.Rules is { } rules ? Problems(rules) : [],
        ];
        return problems.OfType<string>();
    }

    /// <summary>What is wrong with a request and the copy that is kept of it.</summary>
    public static string? Problem(SubscribePattern sent, SubscribePattern request) =>
        TopicPattern.Problem(request.Pattern) ?? (request.Offsets is null != sent.Offsets is null ? "Offsets can't be read: they changed meanwhile." : null)
        ?? (request.Offsets?.Values.Any(offset => offset < 0) is true ? "An offset to start from is negative." : null)
        ?? (request is { Group: not null, Offsets: not null } ? "A group has a position of its own: Offsets are for private subscriptions." : null) ?? Problem(new Subscribe("any", request.Group, request.From, request.Window, request.Consumer, request.Rules));

    /// <summary>
    /// A consumer must be an actor that can be watched: what is told to nobody, or to the one answer that an Ask waits for, would count as handed out.
    /// </summary>
    public static string? Problem(IActorRef consumer) =>
        consumer.IsNobody() || consumer is not IInternalActorRef { Path: var path } || consumer is DeadLetterActorRef || path.Elements.FirstOrDefault() == "temp"
            ? "The request names no consumer: send it from an actor, or set Consumer."
            : null;

    private static IEnumerable<string?> Problems(GroupRules rules) =>
    [
        rules.AckDeadline < TimeSpan.FromMilliseconds(100) || rules.AckDeadline > TimeSpan.FromDays(1) ? "AckDeadline must be between 100 ms and 1 day." : null,
        rules.Filter?.Problem(),
        .. rules.Retry is { } retry ? Problems(retry) : ["Rules name no retry rules."],
    ];

    private static IEnumerable<string?> Problems(RetryRules retry) =>
    [
        retry.MaxAttempts is < 0 or > 1_000_000 ? "MaxAttempts must be between 0 and 1000000." : null,
        retry.First < TimeSpan.Zero || retry.First > TimeSpan.FromDays(1) ? "The first retry's delay must be between 0 and 1 day." : null,
        retry.Factor is not (>= 1 and <= 100) ? "The back-off's factor must be between 1 and 100." : null,
        retry.Most < TimeSpan.Zero || retry.Most > TimeSpan.FromDays(30) ? "The longest retry delay must be between 0 and 30 days." : null,
    ];
}
