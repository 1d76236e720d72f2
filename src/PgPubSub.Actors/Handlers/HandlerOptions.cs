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

    internal Subscribe Freeze(string topic, string group)
    {
        var subscribe = new Subscribe(topic, group ?? "", From, Concurrency, Rules: Rules);
        string?[] problems =
        [
            Concurrency is < 1 or > 10_000 ? $"Concurrency is {Concurrency}; it must be between 1 and 10000." : null,
            SubscribeCheck.Problem(subscribe with { Window = null }),
        ];
        var found = problems.OfType<string>().ToArray();
        return found.Length == 0 ? subscribe : throw new PgPubSubConfigurationException(found);
    }
}
