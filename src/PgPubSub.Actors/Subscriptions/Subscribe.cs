using Akka.Actor;
using Akka.Event;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors;

/// <summary>
/// Subscribes a consumer to a topic. It is answered with <see cref="Subscribed"/> or <see cref="SubscribeRejected"/>, then gets <see cref="Delivery"/>
/// messages, and is unsubscribed when it stops.
/// </summary>
/// <param name="Topic">The topic; made on first use.</param>
/// <param name="Group">
/// The group whose members, on all nodes, share the events. Null makes a private subscriber, who gets every event and nothing of whom is stored.
/// </param>
/// <param name="From">Where to begin. A group's start counts only when the group is new; the default is Earliest for a group and Latest for a private subscriber.</param>
/// <param name="Window">The most unanswered messages that the consumer holds; from 1 to 10,000; by default the hub's.</param>
/// <param name="Consumer">Who gets the deliveries; by default the sender. It must be an actor that lives: an Ask without a Consumer is rejected.</param>
/// <param name="Rules">Deadline, attempts and back-off; by default the hub's. They are stored with a group.</param>
public sealed record Subscribe(
    string Topic, string? Group = null, StartFrom? From = null, int? Window = null, IActorRef? Consumer = null, GroupRules? Rules = null) : ITopicCommand;

/// <summary>Everything that <see cref="Subscribe"/> can be answered with.</summary>
public interface ISubscribeReply
{
    /// <summary>The topic.</summary>
    string Topic { get; }

    /// <summary>The group, or null for a private subscriber.</summary>
    string? Group { get; }
}

/// <summary>The subscription stands; deliveries follow.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group, or null for a private subscriber.</param>
/// <param name="Position">The first offset that it has not claimed or read yet.</param>
public sealed record Subscribed(string Topic, string? Group, long Position) : ISubscribeReply;

/// <summary>Nothing was subscribed.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group, or null for a private subscriber.</param>
/// <param name="Reason">What is wrong: the field and the rule.</param>
/// <param name="CanRetry">Whether the same request may succeed later.</param>
public sealed record SubscribeRejected(string Topic, string? Group, string Reason, bool CanRetry) : ISubscribeReply;

/// <summary>Ends a subscription. Answered with <see cref="Unsubscribed"/>, also where there was none.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group, or null for the consumer's private subscriptions to the topic.</param>
/// <param name="Consumer">Whose subscription; by default the sender's.</param>
/// <param name="Unbegun">What a member of a group was handed and has not begun: it goes back at once, and the hand-out does not count.</param>
/// <param name="Linger">
/// Whether a member of a group may still answer the rest, each until its deadline; <see cref="Unsubscribed"/> then comes when the last answer is committed. Otherwise the
/// rest goes back at once, with one attempt more.
/// </param>
public sealed record Unsubscribe(
    string Topic, string? Group = null, IActorRef? Consumer = null, IReadOnlyCollection<Delivery>? Unbegun = null, bool Linger = false) : ITopicCommand;

/// <summary>The consumer gets no more deliveries, and holds none any more.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group, or null for private subscriptions.</param>
public sealed record Unsubscribed(string Topic, string? Group) : IDeadLetterSuppression;

/// <summary>History that the subscription had not read is gone: retention took it. It goes on behind the gap.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group, or null for a private subscriber.</param>
/// <param name="From">The first offset that is missing.</param>
/// <param name="To">The offset it goes on with.</param>
public sealed record HistoryTrimmed(string Topic, string? Group, long From, long To);
