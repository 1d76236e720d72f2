using PgPubSub.Actors.Handlers;
using PgPubSub.Actors.Subscriptions;
using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Actors;

/// <summary>What may be set for a handler.</summary>
public sealed class HandlerOptions
{
    /// <summary>How many messages are handled at the same time on this node.</summary>
    /// <value>The default is 1; from 1 to 10,000.</value>
    public int Concurrency { get; set; } = 1;

    /// <summary>Where the group starts if it is new.</summary>
    /// <value>The default is the oldest event that is kept.</value>
    public StartFrom From { get; set; } = StartFrom.Earliest;

    /// <summary>The group's deadline, attempts and back-off.</summary>
    /// <value>The default is null: the hub's.</value>
    public GroupRules? Rules { get; set; }

    /// <summary>Who settles what the handler gets.</summary>
    /// <value>The default is <see cref="Settlement.Auto"/>: returning acks, an exception nacks.</value>
    public Settlement Settlement { get; set; } = Settlement.Auto;

    /// <summary>What becomes of an event whose type no handler takes, where handlers are chosen by type.</summary>
    /// <value>The default is <see cref="UnhandledType.DeadLetter"/>.</value>
    public UnhandledType OnUnhandledType { get; set; } = UnhandledType.DeadLetter;

    internal IReadOnlyList<string> Problems(string topic, string group)
    {
        string?[] problems =
        [
            .. SubscribeCheck.Problems(Subscribe(topic, group) with { Window = null }),
            Concurrency is < 1 or > 10_000 ? $"Concurrency is {Concurrency}; it must be between 1 and 10000." : null,
            Enum.IsDefined(Settlement) ? null : $"Settlement is {(int)Settlement}; it must be Auto, Explicit or AckOnReceipt.",
            Enum.IsDefined(OnUnhandledType) ? null : $"OnUnhandledType is {(int)OnUnhandledType}; it must be DeadLetter or Skip.",
        ];
        return [.. problems.OfType<string>()];
    }

    internal HandlerTerms Freeze(string topic, string group)
    {
        var problems = Problems(topic, group);
        return problems.Count == 0 ? new HandlerTerms(Subscribe(topic, group), Settlement, OnUnhandledType) : throw new PgPubSubConfigurationException(problems);
    }

    private Subscribe Subscribe(string topic, string group) => new(topic, group ?? "", From, Concurrency, Rules: Rules);
}
