using PgPubSub.Core.Subscriptions;

namespace PgPubSub.Streams;

/// <summary>What a source that is a member of a group may be told.</summary>
public sealed record GroupSourceOptions
{
    /// <summary>The most events of each topic that the source holds or has emitted and that are not settled.</summary>
    /// <value>The default is 1,000; from 1 to 10,000.</value>
    public int Window { get; init; } = 1_000;

    /// <summary>Where the group begins if it is new.</summary>
    /// <value>The default is null: with the oldest event that is kept.</value>
    public StartFrom? From { get; init; }

    /// <summary>Deadline, attempts, back-off, filter and dead letters, which are stored with the group.</summary>
    /// <value>The default is null: the hub's for a new group, those that it has for another.</value>
    public GroupRules? Rules { get; init; }

    /// <summary>What it does while the store can't be reached.</summary>
    /// <value>The default is <see cref="OutageMode.Wait"/>.</value>
    public OutageMode OnOutage { get; init; } = OutageMode.Wait;

    /// <summary>What it does when history is lost.</summary>
    /// <value>The default is <see cref="LostHistoryMode.Continue"/>.</value>
    public LostHistoryMode OnLostHistory { get; init; } = LostHistoryMode.Continue;

    /// <summary>The hub's name.</summary>
    /// <value>The default is null: the default instance.</value>
    public string? Instance { get; init; }

    internal static GroupSourceOptions Checked(GroupSourceOptions? options)
    {
        options ??= new GroupSourceOptions();
        OptionProblems.RequireWindow(options.Window);
        return options;
    }
}
