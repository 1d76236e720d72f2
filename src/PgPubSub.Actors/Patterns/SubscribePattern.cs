using Akka.Actor;
using PgPubSub.Actors.Operations;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors;

/// <summary>
/// Subscribes a consumer to every topic that matches a pattern, those included that do not exist yet. Words stand between dots; <c>*</c> is exactly one word, <c>#</c> any number of them.
/// With a group, the pattern is stored, and each topic that is created gets the group in the same transaction: nothing is missed, also while no node runs. Without one it is found within
/// a poll interval and read from its first event. Answered with <see cref="PatternSubscribed"/> or <see cref="PatternRejected"/>.
/// </summary>
/// <param name="Pattern">The pattern, for example <c>orders.*</c> or <c>orders.#</c>.</param>
/// <param name="Group">The group, the same at every topic; null for private subscriptions.</param>
/// <param name="From">
/// Where to begin at topics that are there already; for a group it counts only where the group is new. The default is Earliest for a group and Latest for private subscriptions.
/// </param>
/// <param name="Window">The most unanswered messages of each topic that the consumer holds; from 1 to 10,000; by default the hub's.</param>
/// <param name="Consumer">Who gets the deliveries; by default the sender.</param>
/// <param name="Rules">Deadline, attempts, back-off, filter and dead letters; by default the hub's. With a group they are stored, and replace those of its topics.</param>
/// <param name="Offsets">Where private subscriptions to some of the topics begin instead, by topic; not for a group.</param>
public sealed record SubscribePattern(
    string Pattern, string? Group = null, StartFrom? From = null, int? Window = null, IActorRef? Consumer = null, GroupRules? Rules = null,
    IReadOnlyDictionary<string, long>? Offsets = null);

/// <summary>Ends subscriptions by pattern. What the store knows of the group stays. Answered with <see cref="PatternUnsubscribed"/>, also where there was none.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Group">The group, or null for private subscriptions.</param>
/// <param name="Consumer">Whose; by default the sender's.</param>
/// <param name="Unbegun"><inheritdoc cref="Unsubscribe" path="/param[@name='Unbegun']"/></param>
/// <param name="Linger"><inheritdoc cref="Unsubscribe" path="/param[@name='Linger']"/></param>
public sealed record UnsubscribePattern(
    string Pattern, string? Group = null, IActorRef? Consumer = null, IReadOnlyCollection<Delivery>? Unbegun = null, bool Linger = false);

/// <summary>
/// Drops a pattern and its group at every topic, but for topics of another pattern with a group of this name. Answered with <see cref="PatternDropped"/> or
/// <see cref="PatternRejected"/>.
/// </summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Group">The group.</param>
public sealed record DropPattern(string Pattern, string Group) : IOperation;

/// <summary>Everything that a request about a pattern can be answered with.</summary>
public interface IPatternReply
{
    /// <summary>The pattern.</summary>
    string Pattern { get; }

    /// <summary>The group, or null.</summary>
    string? Group { get; }
}

/// <summary>The subscriptions stand; topics that are created later join by themselves.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Group">The group, or null for private subscriptions.</param>
/// <param name="Topics">The topics that match now.</param>
public sealed record PatternSubscribed(string Pattern, string? Group, IReadOnlyList<string> Topics) : IPatternReply
{
    /// <summary>By topic, the first offset that was not claimed or read yet when its subscription began.</summary>
    public IReadOnlyDictionary<string, long> Positions { get; init; } = new Dictionary<string, long>();
}

/// <summary>The consumer gets no more deliveries by this pattern.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Group">The group, or null for private subscriptions.</param>
public sealed record PatternUnsubscribed(string Pattern, string? Group) : IPatternReply;

/// <summary>The pattern and its group at every topic are gone.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Group">The group.</param>
public sealed record PatternDropped(string Pattern, string? Group) : IPatternReply;

/// <summary>Nothing was done, unless the reason says that the outcome is unknown; then the same request may be made again.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Group">The group, or null.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="CanRetry">Whether the same request may succeed later.</param>
public sealed record PatternRejected(string Pattern, string? Group, string Reason, bool CanRetry) : IPatternReply;
